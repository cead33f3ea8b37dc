/// One word of the operator's language: a group of further words, or something that is done with what follows.
struct CLICommand: Sendable {
    /// What is done. `rest` is what follows the command's words; `reply` is called once.
    typealias Action = @ControlActor @Sendable (_ interface: CommandLineInterface, _ rest: Substring, _ reply: @escaping Reply) -> Void
    typealias Reply = @ControlActor (String) -> Void

    enum Kind: Sendable {
        case group([CLICommand])
        case action(Action)
    }

    let name: String
    /// For people; empty for a command that takes none.
    var arguments = ""
    var help = ""
    /// How many words must follow.
    var required = 0
    let kind: Kind

    static func group(_ name: String, _ commands: [CLICommand]) -> CLICommand { CLICommand(name: name, kind: .group(commands)) }

    static func action(
        _ name: String, takes arguments: String = "", required: Int = 0, _ help: String, _ action: @escaping Action
    ) -> CLICommand {
        CLICommand(name: name, arguments: arguments, help: help, required: required, kind: .action(action))
    }

    /// The same for what is answered at once.
    static func text(
        _ name: String, takes arguments: String = "", required: Int = 0, _ help: String,
        _ text: @escaping @ControlActor @Sendable (_ interface: CommandLineInterface, _ rest: Substring) -> String
    ) -> CLICommand {
        action(name, takes: arguments, required: required, help) { interface, rest, reply in reply(text(interface, rest)) }
    }

    /// What a line asks for.
    enum Match {
        case action(CLICommand, rest: Substring)
        /// `help` after the words of a group.
        case help([CLICommand])
        case incomplete
        case unknown
    }

    /// The longest way into the table that the line's words go.
    static func match(_ line: Substring, in commands: [CLICommand]) -> Match {
        let line = line.drop(while: \.isBlank)
        guard let first = line.split(maxSplits: 1, whereSeparator: \.isBlank).first else { return .incomplete }
        guard let command = commands.first(where: { $0.name == first }) else { return first == "help" ? .help(commands) : .unknown }
        let rest = line.dropFirst(first.count).drop(while: \.isBlank)
        switch command.kind {
        case .group(let commands): return match(rest, in: commands)
        case .action:
            let count = rest.split(maxSplits: command.required, whereSeparator: \.isBlank).count
            return count < command.required ? .incomplete : .action(command, rest: rest)
        }
    }

    /// The commands of a table in full, a line each.
    static func usage(_ commands: [CLICommand], prefix: String = "") -> String {
        commands.map { command in
            let words = prefix + command.name
            switch command.kind {
            case .group(let commands): return usage(commands, prefix: words + " ")
            case .action:
                let line = command.arguments.isEmpty ? words : "\(words) \(command.arguments)"
                return "    \(line.left(44)) : \(command.help)\n"
            }
        }.joined()
    }
}

extension Character {
    var isBlank: Bool { self == " " || self == "\t" }
}
