@testable import ControlPlane
import NGProtocol
import Testing

/// Who is meant: labels, addresses, tags, metadata, branches.
@Suite struct PartyTests {
    private func label(_ test: TestPlane, _ tag: String) async throws -> NGValue? {
        try await test.request(["command": "query", "call-id": "call"]).at("tags", tag, "label")
    }

    @Test func labelsAndMetadata() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.6.1")
            try await call.setUp(offer: ["label": "caller", "metadata": "of a"], answer: ["label": "callee", "metadata": "of b"])
            let query = try await test.request(["command": "query", "call-id": "call"])
            #expect(query.at("tags", "a", "label") == "caller" && query.at("tags", "b", "label") == "callee")
            #expect(query["metadata"] == "of b", "the call's is the last one")
            #expect(query.at("tags", "a", "metadata") == "of a" && query.at("tags", "b", "metadata") == "of b")
        }
    }

    @Test func aLabelIsChanged() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.6.2")
            try await call.setUp(offer: ["label": "caller"])
            #expect(try await call.refusal("block DTMF", ["label": "caller", "set-label": "agent"]) == nil)
            #expect(try await label(test, "a") == "agent")
            #expect(try await call.refusal("block DTMF", ["label": "caller"]) == "No monologue matching the given label")
            // Who is found is renamed, whatever comes after.
            #expect(try await call.refusal("play media", ["label": "agent", "set-label": "x"]) == "No media file specified")
            #expect(try await label(test, "a") == "x")
            #expect(try await call.refusal("stop media", ["label": "nobody", "set-label": "y"]) != nil)
            #expect(try await label(test, "a") == "x")
            // An offer that says nothing of it leaves it.
            _ = try await test.offer("call", ["to-tag": "b"])
            #expect(try await label(test, "a") == "x")
            _ = try await test.offer("call", ["to-tag": "b", "label": "z"])
            #expect(try await label(test, "a") == "z")
        }
    }

    @Test func byAddressAndByTags() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer(sdp: SDPText.pcmu(4_000, ip: "127.0.6.3"))
            _ = try await test.answer(sdp: SDPText.pcmu(4_002, ip: "127.0.6.4"))
            func play(_ selection: NGDictionary) async throws -> [Int] {
                var message: NGDictionary = ["command": "play media", "call-id": "call", "blob": .bytes(toneFile(milliseconds: 500)), "repeat-times": 100]
                for option in selection.entries { message.append(option.key, option.value) }
                #expect(try await test.request(message)["result"] == "ok")
                let playing = await test.session?.controls.playing.keys.sorted() ?? []
                _ = try await test.request(["command": "stop media", "call-id": "call", "all": "all"])
                return playing
            }
            #expect(try await play(["address": "127.0.6.4"]) == [1])
            #expect(try await play(["address": "127.0.6.3"]) == [0])
            #expect(try await play(["from-tags": ["b"]]) == [1])
            #expect(try await play(["from-tags": ["b", "x", "a"]]) == [0, 1])
            #expect(try await play(["from-tag": "b", "from-tags": ["a"]]) == [1])
            #expect(try await play(["all": "all"]) == [0, 1])
        }
    }

    /// A party that answers first provisionally gives its place to one that answers later.
    @Test(arguments: [["flags": ["provisional"]], ["sip-code": 183]] as [NGDictionary])
    func anotherPartyAnswers(_ provisional: NGDictionary) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.6.5")
            let first = try await test.offer("call", [:], sdp: SDPText.pcmu(call.a.port, ip: call.ip))
            #expect(try await call.answer(provisional, to: "voicemail", sdp: SDPText.pcmu(4_010))["result"] == "ok")
            try await call.setUp(answer: ["sip-code": 200])
            #expect(SDPText.port(first["sdp"]) == call.portOfB)
            try await call.speak(.a, 1)
            #expect(try await call.sample(.b) == 1)
        }
    }

    @Test func aNewBranchHasPortsOfItsOwn() async throws {
        try await TestPlane.with { test async throws in
            func port(_ options: NGDictionary) async throws -> UInt16? { SDPText.port(try await test.offer("call", options)["sdp"]) }
            let first = try await port([:])
            #expect(try await port([:]) == first)
            let second = try await port(["flags": ["new-branch"]])
            #expect(second != first)
            #expect(try await test.answer(to: "b")["result"] == "ok")
            #expect(try await test.answer(to: "c")["result"] == "ok")
            let query = try await test.request(["command": "query", "call-id": "call"])
            let ports = ["b", "c"].map { query.at("tags", $0, "medias", "0", "streams", "0", "local port") }
            #expect(Set(ports.compactMap { $0?.number }) == Set([first, second].compactMap { $0.map(Int.init) }))
        }
    }

    /// What the answerer's ICE and keys had come to is forgotten.
    @Test func reset() async throws {
        try await TestPlane.with { test async throws in
            func ufrag(_ flags: [NGValue]) async throws -> String? {
                let reply = try await test.offer("call", ["ICE": "force", "transport-protocol": "RTP/SAVP", "flags": .list(flags)])
                return reply["sdp"]?.text?.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=crypto:1") }.map(String.init)
            }
            let first = try await ufrag([])
            #expect(try await ufrag([]) == first && first != nil)
            let plain = try await test.offer("call", ["flags": ["reset"]])["sdp"]?.text ?? ""
            #expect(plain.contains("RTP/AVP 0") && !plain.contains("ice-ufrag") && !plain.contains("crypto"))
        }
    }
}
