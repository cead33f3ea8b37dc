/// The command line of what is sent to a daemon: options as rtpengine-ctl has them, then the words of the command.
struct CtlArguments: Equatable {
    enum Output: Equatable {
        /// A table on a terminal, the daemon's text otherwise.
        case automatic
        case text, table, json
    }

    /// A host, with or without `:port`.
    var ip: String?
    var port: UInt16?
    /// `nil`: the usual ones, if they exist.
    var configFile: String?
    var configSection = "rtpengine"
    var output = Output.automatic
    var asksForHelp = false
    var words: [String] = []

    init() {}

    /// Options end with the first word, so that words of the command may begin with a hyphen.
    init(_ arguments: [String]) throws(CtlError) {
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
            rest.removeFirst()
            if argument == "--" { break }
            // One hyphen or two, as in Perl's Getopt::Long.
            let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            switch name {
            case "h", "help": asksForHelp = true
            case "json": output = .json
            case "table": output = .table
            case "text": output = .text
            case "ip", "port", "config-file", "config-section":
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                    throw .usage("option --\(name) needs a value")
                }
                try set(name, value)
            default: throw .usage("unknown option \(argument)")
            }
        }
        words = Array(rest)
    }

    private mutating func set(_ name: String, _ value: String) throws(CtlError) {
        switch name {
        case "ip": ip = value
        case "config-file": configFile = value
        case "config-section": configSection = value
        default:
            guard let number = UInt16(value), number > 0 else { throw .usage("--port is a number from 1 to 65535, not '\(value)'") }
            port = number
        }
    }
}

/// What went wrong before there was an answer.
enum CtlError: Error, Equatable, CustomStringConvertible {
    case usage(String)
    /// Nobody is there, or it does not answer.
    case unreachable(String)

    var description: String {
        switch self {
        case .usage(let text), .unreachable(let text): text
        }
    }

    var status: ExitStatus {
        switch self {
        case .usage: .usage
        case .unreachable: .unreachable
        }
    }
}
