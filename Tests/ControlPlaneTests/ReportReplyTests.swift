@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// What `query` and `delete` say of real calls.
@Suite struct ReportReplyTests {
    private func query(_ test: TestPlane, _ options: NGDictionary = [:]) async throws -> NGDictionary {
        var message: NGDictionary = ["command": "query", "call-id": "call"]
        for option in options.entries { message.append(option.key, option.value) }
        return try await test.request(message)
    }

    private func tags(_ reply: NGDictionary) -> [String] {
        guard case .dictionary(let tags) = reply["tags"] else { return [] }
        return tags.entries.map(\.key)
    }

    @Test func anOfferHasACalleeWithoutATag() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            let reply = try await query(test)
            #expect(tags(reply) == ["a", "<untagged 1>"])
            #expect(reply.at("tags", "a", "subscriptions") == [["tag": "", "type": "offer/answer"]])
            #expect(reply.at("tags", "<untagged 1>", "subscribers") == [["tag": "a", "type": "offer/answer"]])
            #expect(reply.at("tags", "<untagged 1>", "medias", "0", "streams", "0", "endpoint") == [:])
            #expect(reply.at("tags", "<untagged 1>", "medias", "0", "flags") == ["send", "recv", "ICE controlling"])
            _ = try await test.answer()
            #expect(try await tags(query(test)) == ["a", "b"])
        }
    }

    /// `to-tag` goes before `from-tag`, and the named party stands first.
    @Test func aTagNarrowsTheReply() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            #expect(try await tags(query(test, ["from-tag": "a", "to-tag": "b"])) == ["b", "a"])
            #expect(try await tags(query(test, ["from-tag": "a", "to-tag": ""])) == ["a", "b"])
            #expect(try await tags(query(test, ["from-tag": "a", "to-tag": "z"])) == [])
        }
    }

    /// Another callee takes the first one's place, and both tags mean that party.
    @Test func formerTagsAreAliases() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            #expect(try await query(test).at("tags", "b", "tag-aliases") == nil)
            _ = try await test.answer(to: "c")
            let reply = try await query(test)
            #expect(tags(reply) == ["a", "c"])
            #expect(reply.at("tags", "c", "tag-aliases") == ["b"])
        }
    }

    @Test func flagsAndCodecAreWhatWasAskedForAndCame() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            let plain = try await query(test)
            #expect(plain.at("tags", "a", "medias", "0", "flags") == ["initialized", "send", "recv"])
            #expect(plain.at("tags", "b", "medias", "0", "flags") == ["initialized", "send", "recv", "ICE controlling"])
            #expect(plain.at("tags", "a", "medias", "0", "streams", "0", "flags") == ["RTP", "filled"])
            #expect(plain.at("tags", "a", "medias", "0", "codec") == nil)
            _ = try await test.offer("strict", ["flags": ["strict-source", "media-handover"]])
            let strict = try await test.request(["command": "query", "call-id": "strict"])
            #expect(strict.at("tags", "a", "medias", "0", "streams", "0", "flags")
                == ["RTP", "filled", "strict source address", "media handover"])
        }
    }

    @Test(arguments: [
        (ControlPlaneConfiguration.SSRCReporting.full, true, true), (.global, true, false), (.inline, false, true), (.none, false, false),
    ])
    func ssrcReporting(_ reporting: ControlPlaneConfiguration.SSRCReporting, isGlobal: Bool, isInline: Bool) async throws {
        try await TestPlane.with({ $0.ssrcReporting = reporting }) { test async throws in
            _ = try await test.offer()
            let reply = try await query(test)
            #expect((reply["SSRC"] != nil) == isGlobal)
            #expect((reply.at("tags", "a", "medias", "0", "ingress SSRCs") != nil) == isInline)
            #expect((reply.at("tags", "a", "medias", "0", "egress SSRCs") != nil) == isInline)
        }
    }

    /// The same request, once in bencode and once in JSON.
    @Test func bothEncodingsSayTheSame() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer("call", ["label": "caller", "metadata": "m", "via-branch": "z1"])
            _ = try await test.answer()
            let bencode = try await query(test)
            let text = try await test.raw(#"c1 {"command":"query","call-id":"call"}"#)
            let json = try JSONCodec.decode(Array(text.utf8.drop { $0 != UInt8(ascii: "{") }))
            #expect(json == bencode)
            #expect(bencode.at("tags", "a", "VSC") == [])
        }
    }
}
