import FoundationEssentials

/// Where a daemon takes commands: `--ip` and `--port`, or else what `listen-cli` in its configuration says, or else 127.0.0.1:9900.
struct DaemonAddress: Equatable {
    static let defaultFiles = ["/etc/rtpbridge/rtpbridge.conf", "/etc/rtpengine/rtpengine.conf"]

    var host = "127.0.0.1"
    var port: UInt16 = 9900

    init(_ arguments: CtlArguments, defaultFiles: [String] = defaultFiles) throws(CtlError) {
        if let text = try Self.configuration(arguments, defaultFiles),
           let listen = Self.listenCLI(in: text, section: arguments.configSection) { read(listen) }
        if let ip = arguments.ip { read(ip) }
        if let port = arguments.port { self.port = port }
    }

    /// `PORT`, `HOST`, `HOST:PORT`, or with an IPv6 address in brackets; the port stays where none is given.
    private mutating func read(_ text: String) {
        if let port = UInt16(text) {
            self.port = port
            return
        }
        var name = text[...]
        if let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
           text.hasPrefix("[") || text.firstIndex(of: ":") == colon {
            self.port = port
            name = text[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        // Who listens on every address is reached on this one.
        host = ["0.0.0.0", "::", ""].contains(name) ? "127.0.0.1" : String(name)
    }

    /// A file that was named must be there; the usual ones need not.
    private static func configuration(_ arguments: CtlArguments, _ defaults: [String]) throws(CtlError) -> String? {
        guard let path = arguments.configFile else {
            return defaults.lazy.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.first
        }
        if path == "none" { return nil }
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch { throw .usage("cannot read \(path)") }
    }

    /// The first address of the key; `nil` where there is none.
    private static func listenCLI(in text: String, section: String) -> String? {
        var current = "", found: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trim(line)
            if line.hasPrefix("["), line.hasSuffix("]") {
                current = String(line.dropFirst().dropLast())
            } else if current == section, let sign = line.firstIndex(of: "="), trim(line[..<sign]) == "listen-cli" {
                found = line[line.index(after: sign)...].split(separator: ";").map { String(trim($0)) }.first { !$0.isEmpty }
            }
        }
        return found
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
