import ArgumentParser
import Glibc
import Negotiation

/// `check-sdp`: what is wrong with a description, for people or as JSON lines.
struct CheckSDP: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-sdp",
        abstract: "Checks a session description against what Meta, RFC 8866 and the RFCs of ICE, DTLS and SDES ask for.",
        discussion: """
            The rules are listed in proto/whatsapp.md. Ends with 0 if no error was found, 1 if there was one, \
            2 on wrong usage or a file that cannot be read.
            """)

    @Argument(help: "The description; - reads it from standard input.")
    var file: String

    @Option(help: "Whose it is: meta, ours (what goes to Meta) or pbx. Guessed where it is not given.")
    var origin: OriginOption?

    @Flag(help: "It is an answer rather than an offer.")
    var answer = false

    @Option(help: ArgumentHelp("The offer that it answers, to hold it against.", valueName: "file"))
    var counterpart: String?

    @Option(help: ArgumentHelp("The answer of pre_accept, which that of accept has to equal.", valueName: "file"))
    var firstAnswer: String?

    @Flag(help: "One JSON object a line, for programs.")
    var json = false

    func run() throws {
        let text = try SDPFile.read(file)
        let offer = try counterpart.map { try SDPFile.read($0) }
        let first = try firstAnswer.map { try SDPFile.read($0) }
        let origin = self.origin?.origin ?? OriginGuess.origin(of: text)
        let isOffer = !answer && offer == nil && first == nil
        var findings = SDPValidator.check(text, origin: origin, isOffer: isOffer, counterpart: offer)
        if let first { findings += SDPValidator.checkSecondAnswer(text, first: first) }
        if json {
            for finding in findings { print(try FindingJSON.line(finding)) }
        } else {
            let isTerminal = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil
            let what = "\(origin.title), \(isOffer ? "offer" : "answer")" + (self.origin == nil ? "; origin guessed" : "")
            print(FindingTable(findings: findings, isColoured: isTerminal).text(heading: what), terminator: "")
        }
        if findings.contains(where: { $0.severity == .error }) { throw ExitCode(ExitStatus.found.rawValue) }
    }
}

/// `--origin`.
enum OriginOption: String, ExpressibleByArgument, CaseIterable {
    case meta, ours, pbx

    var origin: SDPFinding.Origin {
        switch self {
        case .meta: .meta
        case .ours: .ours
        case .pbx: .pbx
        }
    }
}

extension SDPFinding.Origin {
    var title: String {
        switch self {
        case .meta: "from Meta"
        case .ours: "to Meta"
        case .pbx: "from the PBX"
        }
    }
}
