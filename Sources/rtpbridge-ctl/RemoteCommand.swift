import Glibc

/// A command that the daemon carries out.
struct RemoteCommand {
    var arguments: CtlArguments
    var address: DaemonAddress

    init(_ arguments: CtlArguments) throws(CtlError) {
        self.arguments = arguments
        address = try DaemonAddress(arguments)
    }

    /// - Parameters:
    ///   - isTerminal: whether a person reads it.
    ///   - now: Unix time [s].
    /// - Returns: what to print, and how the process ends.
    func run(isTerminal: Bool, now: Int64) throws(CtlError) -> (text: String, status: ExitStatus) {
        if arguments.output == .json, let sections = Self.sections(of: arguments.words) { return try statistics(sections) }
        let reply = try CommandConnection.exchange(arguments.words.joined(separator: " "), with: address)
        let status: ExitStatus = Self.isRefusal(reply) ? .found : .clean
        if arguments.output == .json { return (json(reply).text + "\n", status) }
        guard arguments.output == .table || (arguments.output == .automatic && isTerminal) else { return (reply, status) }
        return (ReplyTable.text(of: json(reply), command: arguments.words, now: now) ?? reply, status)
    }

    /// An answer that is JSON already stays that.
    private func json(_ reply: String) -> JSONValue {
        if reply.first == "{", let value = JSONValue.parse(reply) { return value }
        return ReplyReader.read(reply, command: arguments.words)
    }

    /// Which sections of `list jsonstats` say what the text of a command says; `nil` for commands without any.
    private static func sections(of words: [String]) -> [String]? {
        guard words.count == 2, ["list", "get"].contains(words[0].lowercased()) else { return nil }
        return switch words[1].lowercased() {
        case "totals": ["currentstatistics", "totalstatistics", "mos", "voip_metrics", "controlstatistics"]
        case "counters": ["currentstatistics"]
        case "interfaces": ["interfaces"]
        case "transcoders": ["transcoders"]
        default: nil
        }
    }

    private func statistics(_ sections: [String]) throws(CtlError) -> (text: String, status: ExitStatus) {
        let reply = try CommandConnection.exchange("list jsonstats", with: address)
        guard let all = JSONValue.parse(reply) else { throw .unreachable("the answer to 'list jsonstats' is no JSON") }
        if sections.count == 1 { return ((all[sections[0]] ?? .null).text + "\n", .clean) }
        let chosen = sections.compactMap { key in all[key].map { (key, $0) } }
        return (JSONValue.object(Dictionary(chosen, uniquingKeysWith: { first, _ in first })).text + "\n", .clean)
    }

    /// rtpengine's words for a command that it does not carry out.
    private static func isRefusal(_ reply: String) -> Bool {
        let reply = reply.drop { $0.isWhitespace }
        let refusals = [
            "Unknown command", "Incomplete command", "Unknown or incomplete command", "Fail setting", "Call ID not found",
            "Call Id not found",
        ]
        return refusals.contains { reply.hasPrefix($0) }
    }
}
