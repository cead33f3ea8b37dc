import NGProtocol
import Testing

/// `block`, `unblock`, `silence`, `unsilence`: what becomes of packets, and whose.
@Suite struct MediaTreatmentTests {
    private static let directional: NGDictionary = ["from-tag": "a", "flags": ["directional"]]
    private static let flow: NGDictionary = ["from-tag": "a", "to-tag": "b", "flags": ["directional"]]
    private static let labelled: NGDictionary = ["label": "caller", "to-label": "callee"]

    /// - Parameter isBothWays: the command holds for the call; otherwise for what `a` sends.
    @Test(arguments: [
        ([:], true), (["from-tag": "a"], true), (["all": "all"], true), (["flags": ["all"]], true), (directional, false), (flow, false),
        (labelled, false), (["from-tag": "a", "flags": ["directional"], "all": "flows"], false), (["address": "127.0.1.1"], true),
    ] as [(NGDictionary, Bool)])
    func blockedMediaIsNotPassedOn(_ selection: NGDictionary, _ isBothWays: Bool) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.1")
            try await call.setUp(offer: ["label": "caller"], answer: ["label": "callee"])
            // Both have the address, and the first of them is meant.
            let isBothWays = selection["address"] == nil && isBothWays
            #expect(try await call.refusal("block media", selection) == nil)
            try await call.speak(.a, 1)
            try await call.speak(.b, 2)
            #expect(try await call.refusal("unblock media", selection) == nil)
            try await call.speak(.a, 3)
            try await call.speak(.b, 4)
            #expect(try await call.sample(.b) == 3)
            #expect(try await call.sample(.a) == (isBothWays ? 4 : 2))
        }
    }

    @Test func everybodyIsLetThroughAgainWithAll() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.2")
            try await call.setUp()
            #expect(try await call.refusal("block media", Self.directional) == nil)
            #expect(try await call.refusal("block media", ["from-tag": "b", "to-tag": "a", "flags": ["directional"]]) == nil)
            // Of the call; what is set of parties stays.
            #expect(try await call.refusal("unblock media") == nil)
            try await call.speak(.a, 1)
            try await call.speak(.b, 2)
            #expect(try await call.refusal("unblock media", ["all": "all"]) == nil)
            try await call.speak(.a, 3)
            try await call.speak(.b, 4)
            #expect(try await call.sample(.b) == 3)
            #expect(try await call.sample(.a) == 4)
        }
    }

    @Test func silencedMediaIsPassedOnAsSilence() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.3")
            try await call.setUp()
            #expect(try await call.refusal("silence media", Self.directional) == nil)
            try await call.speak(.a, 1)
            try await call.speak(.b, 2)
            #expect(try await call.refusal("unsilence media", Self.directional) == nil)
            try await call.speak(.a, 3)
            // PCMU's zero.
            let silent = try await call.next(.b)
            #expect(silent.payload == [UInt8](repeating: 0xff, count: 160))
            #expect(try await call.sample(.b) == 3)
            #expect(try await call.sample(.a) == 2)
        }
    }

    /// A re-offer makes another plan, which has what commands have set.
    @Test func whatWasSetOutlivesAReoffer() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.4")
            try await call.setUp()
            #expect(try await call.refusal("block media", Self.directional) == nil)
            try await call.setUp(offer: ["to-tag": "b"])
            try await call.speak(.a, 1)
            #expect(try await call.refusal("unblock media", Self.directional) == nil)
            try await call.speak(.a, 2)
            #expect(try await call.sample(.b) == 2)
        }
    }

    @Test(arguments: [([:], nil), (directional, nil), (["label": "x"], "No monologue matching the given label")]
        as [(NGDictionary, String?)])
    func blockedDigitsAreNotPassedOn(_ selection: NGDictionary, _ refusal: String?) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.5")
            try await call.setUp()
            #expect(try await call.refusal("block DTMF", selection) == refusal)
            try await call.press(.a, 5)
            try await call.speak(.a, 1)
            let first = try await call.next(.b)
            #expect(first.payloadType == (refusal == nil ? 0 : 101))
            guard refusal == nil else { return }
            #expect(try await call.refusal("unblock DTMF", selection) == nil)
            try await call.press(.a, 6)
            let digit = try await call.next(.b)
            #expect(digit.payloadType == 101 && digit.payload.first == 6)
        }
    }

    @Test func theFlagBlocksDigitsFromTheStart() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.6")
            try await call.setUp(offer: ["flags": ["block-DTMF"]])
            try await call.press(.a, 5)
            try await call.press(.b, 6)
            try await call.speak(.a, 1)
            #expect(try await call.next(.b).payloadType == 0)
            #expect(try await call.next(.a).payload.first == 6)
        }
    }

    /// In rtpengine's words, and in its order: call, party, sink.
    @Test func refusals() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.1.7")
            for name in ["block media", "silence media", "block DTMF", "unblock media"] {
                #expect(try await call.refusal(name) == "Unknown call-ID")
            }
            try await call.setUp(offer: ["label": "caller"])
            for name in ["block media", "silence media", "block DTMF"] {
                #expect(try await call.refusal(name, ["label": "x"]) == "No monologue matching the given label")
                #expect(try await call.refusal(name, ["address": "x"]) == "Failed to parse network address")
                #expect(try await call.refusal(name, ["address": "1.2.3.4"]) == "Failed to match address to any tag")
                #expect(try await call.refusal(name, ["from-tag": "x", "flags": ["directional"]]) == "From-tag given, but no such tag exists")
            }
            let fromA: NGDictionary = ["from-tag": "a", "flags": ["directional"]]
            for (key, tag, text) in [
                ("to-tag", "x", "Media flow not found (to-tag not found)"), ("to-label", "x", "Media flow not found (to-label not found)"),
                ("to-tag", "a", "Media flow not found (to-tag not subscribed)"),
            ] {
                var selection = fromA
                selection.append(key, .string(tag))
                #expect(try await call.refusal("block media", selection) == text)
                // Digits are blocked at their source, whoever hears them.
                #expect(try await call.refusal("block DTMF", selection) == nil)
            }
            #expect(try await call.refusal("silence media", ["label": "caller", "all": "except-offer-answer"])
                == "No eligible media subscriptions found")
        }
    }
}
