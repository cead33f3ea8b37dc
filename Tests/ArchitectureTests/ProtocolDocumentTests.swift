import Foundation
import Testing

/// What the control protocol's document must name: every command, and every error that is ever replied.
@Suite struct ProtocolDocumentTests {
    static let words = Set(Markdown(path: "proto/ng.md", text: Repository.text("proto/ng.md")).spans.map(\.text))

    /// The raw values of an enum of strings, by the names of their cases; its `case` lines end with the first computed property.
    static func cases(of name: String, in path: String) -> [(name: String, value: String)] {
        let declaration = Repository.text(path).components(separatedBy: "enum \(name)").dropFirst().first ?? ""
        let body = declaration.components(separatedBy: "public var ").first ?? ""
        let lines = body.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.filter { $0.hasPrefix("case ") }.flatMap { line in
            // A value may have commas; between two cases the next one begins with a letter behind them.
            line.dropFirst("case ".count).replacingOccurrences(of: "\", ", with: "\"\n").components(separatedBy: "\n").flatMap(Self.read)
        }
    }

    private static func read(_ text: String) -> [(name: String, value: String)] {
        let parts = text.components(separatedBy: " = \"")
        var plain = parts[0].components(separatedBy: ", ")
        guard parts.count == 2 else { return plain.map { ($0, $0) } }
        let last = plain.removeLast()
        let value = parts[1].dropLast().replacingOccurrences(of: "\\\"", with: "\"")
        return plain.map { ($0, $0) } + [(last, value)]
    }

    @Test func everyCommand() {
        let commands = Self.cases(of: "NGCommandName", in: "Sources/NGProtocol/NGCommand.swift").map(\.value)
        #expect(Set(commands).isSuperset(of: ["ping", "unsubscribe", "play media", "create answer", "stop forwarding"]))
        #expect(commands.filter { $0 != "CLI" && !Self.words.contains($0) } == [])
    }

    /// An error that no source names is kept for the protocol's sake, and never replied.
    @Test func everyError() {
        let errors = Self.cases(of: "NGError", in: "Sources/NGProtocol/NGError.swift")
        #expect(errors.contains { $0 == ("noCommand", "Dictionary contains no key \"command\"") })
        let others = Repository.sources.filter { !$0.path.hasSuffix("NGError.swift") }
        let named = Self.names(behind: ".", in: others), ambiguous = Self.names(behind: "case ", in: others)
        let replied = errors.filter { named.contains($0.name) && !ambiguous.contains($0.name) }
        #expect(replied.count > 30)
        #expect(replied.map(\.value).filter { !Self.words.contains($0) } == [])
    }

    private static func names(behind mark: String, in files: [SwiftFile]) -> Set<String> {
        Set(files.flatMap(\.lines).flatMap { line in
            String(line).components(separatedBy: mark).dropFirst().map { String($0.prefix { $0.isLetter || $0.isNumber }) }
        })
    }

    @Test func everyVectorHasItsReply() {
        let files = Repository.files(under: "proto/golden", ending: [".ng", ".reply"])
        let requests = files.filter { $0.hasSuffix(".ng") }
        #expect(requests.count >= 40)
        #expect(requests.map { $0.dropLast(".ng".count) + ".reply" }.filter { !files.contains($0) } == [])
        #expect(files.count == 2 * requests.count)
    }
}
