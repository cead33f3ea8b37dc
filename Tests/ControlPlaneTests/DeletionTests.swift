@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// `delete` of calls that were forked, and its delays. What is expected is what rtpengine does.
@Suite struct DeletionTests {
    private static let text: NGValue = "Call-ID not found or tags didn't match"

    /// Two phones behind one offer: `b` answers in the branch `z1`, `c` in `z2`.
    private func fork(_ test: TestPlane) async throws {
        for (branch, tag) in [("z1", "b"), ("z2", "c")] {
            _ = try await test.offer("call", ["via-branch": .string(branch)])
            let answer = try await test.request([
                "command": "answer", "call-id": "call", "from-tag": "a", "to-tag": .string(tag), "via-branch": .string(branch),
                "sdp": .string(SDPText.pcmu(4_010)),
            ])
            #expect(answer["result"] == "ok")
        }
    }

    private func delete(_ test: TestPlane, _ options: NGDictionary, delay: Int = 0) async throws -> NGDictionary {
        var message: NGDictionary = ["command": "delete", "call-id": "call", "delete-delay": .integer(Int64(delay))]
        for option in options.entries { message.append(option.key, option.value) }
        return try await test.request(message)
    }

    /// The tags of the call; `nil` if there is none.
    private func tags(_ test: TestPlane) async throws -> [String]? {
        let query = try await test.request(["command": "query", "call-id": "call"])
        guard case .dictionary(let tags) = query["tags"] else { return nil }
        return tags.entries.map(\.key).sorted()
    }

    @Test(arguments: [
        // By its tag, by its branch, and by its tag in the place of the offerer's.
        (["from-tag": "a", "to-tag": "b", "flags": ["to-tag"]], ["a", "c"]), (["from-tag": "a", "via-branch": "z1"], ["a", "c"]),
        (["from-tag": "b"], ["a", "c"]), (["from-tag": "x", "to-tag": "c", "flags": ["to-tag"]], ["a", "b"]),
        (["from-tag": "a", "via-branch": "z2"], ["a", "b"]),
        // The to-tag comes first.
        (["from-tag": "a", "to-tag": "c", "via-branch": "z1", "flags": ["to-tag"]], ["a", "b"]),
        // The whole call.
        (["from-tag": "a"], nil), ([:], nil), (["to-tag": "x", "flags": ["to-tag"]], nil),
    ] as [(NGDictionary, [String]?)])
    func whoLeaves(_ options: NGDictionary, _ left: [String]?) async throws {
        try await TestPlane.with { test async throws in
            try await fork(test)
            #expect(try await tags(test) == ["a", "b", "c"])
            let reply = try await delete(test, options)
            #expect(reply["result"] == "ok" && reply["warning"] == nil && reply["totals"] != nil)
            #expect(try await tags(test) == left)
        }
    }

    @Test(arguments: [
        ["from-tag": "x"], ["from-tag": "a", "to-tag": "x", "flags": ["to-tag"]],
        ["from-tag": "x", "via-branch": "z9"], ["from-tag": "x", "to-tag": "y", "flags": ["to-tag"]],
    ] as [NGDictionary])
    func whoIsNotThere(_ options: NGDictionary) async throws {
        try await TestPlane.with { test async throws in
            try await fork(test)
            #expect(try await delete(test, options) == ["warning": Self.text, "result": "ok"])
            var fatal = options
            fatal.append("flags", ["fatal", "to-tag"])
            #expect(try await delete(test, fatal) == ["result": "error", "error-reason": Self.text])
            #expect(try await tags(test) == ["a", "b", "c"])
        }
    }

    @Test func theReplyTellsOfWhoLeaves() async throws {
        try await TestPlane.with { test async throws in
            try await fork(test)
            let reply = try await delete(test, ["from-tag": "a", "via-branch": "z1"])
            #expect(reply.at("tags", "b") != nil && reply.at("tags", "c") == nil)
            #expect(try await delete(test, ["from-tag": "a", "via-branch": "z2", "flags": ["fast"]]) == ["result": "ok"])
        }
    }

    @Test func theCallEndsWithTheLastPartner() async throws {
        try await TestPlane.with { test async throws in
            try await fork(test)
            _ = try await delete(test, ["from-tag": "a", "via-branch": "z1"])
            #expect(try await tags(test) == ["a", "c"])
            _ = try await delete(test, ["from-tag": "a", "via-branch": "z2"])
            #expect(await test.plane.callCount == 0)
        }
    }

    /// Ports of a branch that has left are free; the other one's media go on.
    @Test func theOtherBranchGoesOn() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.3.1")
            _ = try await test.offer("call", ["via-branch": "z1"], sdp: SDPText.pcmu(call.a.port, ip: call.ip))
            _ = try await call.answer(["via-branch": "z1"], to: "c", sdp: SDPText.pcmu(4_010))
            try await call.setUp(offer: ["via-branch": "z2"], answer: ["via-branch": "z2"])
            _ = try await delete(test, ["from-tag": "a", "to-tag": "c", "flags": ["to-tag"]])
            try await call.speak(.a, 1)
            #expect(try await call.sample(.b) == 1)
            try await call.speak(.b, 2)
            #expect(try await call.sample(.a) == 2)
        }
    }

    @Test func aBranchLeavesAfterItsDelay() async throws {
        try await TestPlane.with { test async throws in
            try await fork(test)
            _ = try await delete(test, ["from-tag": "a", "via-branch": "z1"], delay: 20)
            _ = try await delete(test, ["from-tag": "a", "via-branch": "z2"], delay: 10)
            #expect(try await tags(test) == ["a", "b", "c"])
            await test.pass(.seconds(11))
            #expect(try await tags(test) == ["a", "b"])
            await test.pass(.seconds(10))
            #expect(try await tags(test) == nil)
        }
    }

    @Test func aNegativeDelayIsTheDaemons() async throws {
        try await TestPlane.with({ $0.deleteDelay = .seconds(5) }) { test async throws in
            try await fork(test)
            _ = try await delete(test, ["from-tag": "a"], delay: -1)
            await test.pass(.seconds(4))
            #expect(try await tags(test) != nil)
            await test.pass(.seconds(2))
            #expect(try await tags(test) == nil)
        }
    }
}
