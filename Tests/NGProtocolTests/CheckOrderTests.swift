import NGProtocol
import Testing

/// What a command that lacks something is refused with: rtpengine's order of checks, in which clients see the first error only.
@Suite struct CheckOrderTests {
    private static let keys: [String: NGValue] = [
        "sdp": "v=0", "call-id": "c", "from-tag": "f", "to-tag": "t", "body": "list numsessions",
    ]
    private static let errors: [String: NGError] = [
        "sdp": .noSDP, "call-id": .noCallID, "from-tag": .noFromTag, "to-tag": .noToTag, "body": .noBody,
    ]

    /// What each command must say, in the order in which it is looked for.
    private static let required: [NGCommandName: [String]] = {
        var required: [NGCommandName: [String]] = [
            .ping: [], .list: [], .statistics: [], .create: [], .cli: ["body"], .upperCaseCLI: ["body"],
            .offer: ["sdp", "call-id", "from-tag"], .answer: ["sdp", "call-id", "from-tag", "to-tag"],
            .createAnswer: ["sdp", "call-id", "from-tag"], .publish: ["sdp"],
        ]
        for name in NGCommandName.allCases where required[name] == nil && !name.isIgnored { required[name] = ["call-id"] }
        return required
    }()

    private func refusal(_ name: NGCommandName, _ present: some Sequence<String>, empty: String? = nil) -> NGError? {
        var message: NGDictionary = ["command": .string(name.rawValue)]
        for key in present { message.append(key, Self.keys[key]) }
        if let empty { message.append(empty, "") }
        do throws(NGError) { _ = try NGRequest(message) } catch { return error }
        return nil
    }

    @Test(arguments: NGCommandName.allCases.filter { !$0.isIgnored })
    func theFirstThatIsMissing(_ name: NGCommandName) throws {
        let required = try #require(Self.required[name])
        for (place, key) in required.enumerated() {
            let before = required[..<place], behind = required[(place + 1)...]
            // Whatever else is there or not.
            #expect(refusal(name, before) == Self.errors[key], "\(name) without \(key)")
            #expect(refusal(name, before + behind) == Self.errors[key], "\(name) without \(key)")
            #expect(refusal(name, before + behind, empty: key) == Self.errors[key], "\(name) with an empty \(key)")
        }
        #expect(refusal(name, required) == nil)
    }

    /// Hardly anybody uses them: whatever they say or do not say is acknowledged.
    @Test(arguments: NGCommandName.allCases.filter(\.isIgnored))
    func thoseThatAreIgnoredNeedNothing(_ name: NGCommandName) { #expect(refusal(name, []) == nil) }

    @Test(arguments: [1, ["ping"], [:]] as [NGValue]) func aCommandThatIsNoName(_ value: NGValue) {
        #expect(throws: NGError.noCommand) { _ = try NGRequest(["command": value]) }
    }

    /// A value that is no text is none.
    @Test(arguments: ["offer", "answer", "delete", "play media", "cli"])
    func valuesThatAreNoText(_ command: String) {
        var message: NGDictionary = ["command": .string(command)]
        for key in Self.keys.keys { message.append(key, ["x"]) }
        #expect(throws: NGError.self) { _ = try NGRequest(message) }
    }
}
