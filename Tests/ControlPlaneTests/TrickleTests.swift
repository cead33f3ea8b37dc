@testable import ControlPlane
import ICE
import MediaCore
import MediaIO
import NGProtocol
import Testing
import Wire

/// `fragment`: candidates that come before the call, before their party, and after it.
@Suite struct TrickleTests {
    private static func description(_ ufrag: String) -> String {
        """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        a=ice-ufrag:\(ufrag)
        a=ice-pwd:0123456789012345678901
        a=ice-options:trickle
        m=audio 9 RTP/AVP 0
        a=mid:0
        a=rtcp-mux
        a=rtpmap:0 PCMU/8000

        """
    }

    private static func fragment(_ port: Int, _ ufrag: String) -> String {
        """
        a=ice-ufrag:\(ufrag)
        a=ice-pwd:0123456789012345678901
        m=audio 9 RTP/AVP 0
        a=mid:0
        a=candidate:1 1 UDP 2130706431 127.0.4.1 \(port) typ host

        """
    }

    private func trickle(_ test: TestPlane, _ command: String, _ port: Int, _ ufrag: String) async throws -> NGDictionary {
        try await test.request([
            "command": .string(command), "call-id": "call", "from-tag": "a", "to-tag": "b", "flags": ["fragment"],
            "sdp": .string(Self.fragment(port, ufrag)),
        ])
    }

    private func offer(_ test: TestPlane) async throws {
        #expect(try await test.offer("call", [:], sdp: Self.description("aaaa"))["result"] == "ok")
    }

    private func answer(_ test: TestPlane) async throws {
        #expect(try await test.answer(sdp: Self.description("bbbb"))["result"] == "ok")
    }

    /// The ports of the candidates that the engine was told of a party.
    private func ports(_ test: TestPlane, _ party: Int) async -> [UInt16] {
        await test.session?.plan.media[party].transport.ice?.remoteCandidates.map(\.address.port) ?? []
    }

    @Test func beforeTheCall() async throws {
        try await TestPlane.with { test async throws in
            #expect(try await trickle(test, "offer", 6_000, "aaaa") == ["result": "ok"])
            #expect(await test.plane.callCount == 0)
            try await offer(test)
            #expect(await ports(test, 0) == [6_000])
        }
    }

    @Test func tooLongBeforeTheCall() async throws {
        try await TestPlane.with { test async throws in
            #expect(try await trickle(test, "offer", 6_000, "aaaa") == ["result": "ok"])
            await test.pass(.seconds(16))
            try await offer(test)
            #expect(await ports(test, 0).isEmpty)
        }
    }

    @Test func beforeTheirParty() async throws {
        try await TestPlane.with { test async throws in
            try await offer(test)
            #expect(try await trickle(test, "answer", 6_001, "bbbb") == ["result": "ok"])
            #expect(try await trickle(test, "answer", 6_002, "cccc") == ["result": "ok"])
            #expect(try await trickle(test, "answer", 6_003, "bbbb") == ["result": "ok"])
            try await answer(test)
            // Those of another session wait on.
            #expect(await ports(test, 1) == [6_001, 6_003])
            #expect(await test.session?.fragments.count == 1)
        }
    }

    @Test func afterTheAnswer() async throws {
        try await TestPlane.with { test async throws in
            try await offer(test)
            try await answer(test)
            #expect(try await trickle(test, "offer", 6_000, "aaaa") == ["result": "ok"])
            #expect(try await trickle(test, "answer", 6_001, "bbbb") == ["result": "ok"])
            #expect(await ports(test, 0) == [6_000])
            #expect(await ports(test, 1) == [6_001])
        }
    }

    @Test func whatIsNoFragment() async throws {
        try await TestPlane.with { test async throws in
            try await offer(test)
            let reply = try await test.offer("call", ["flags": ["fragment"]], sdp: "garbage")
            #expect(reply["error-reason"] == "Failed to parse SDP")
            #expect(try await test.request([
                "command": "answer", "call-id": "x", "from-tag": "a", "to-tag": "b", "flags": ["fragment"], "sdp": "a=mid:0",
            ])["error-reason"] == "Unknown call-id")
        }
    }

    /// Another call has the candidate's address on the shared port that this one was offered on: it moves to another.
    @Test func lateCandidatesOfSharedPorts() async throws {
        try await TestPlane.with({
            $0.engine.sharedPorts = .init(count: 2)
            $0.portRange = 22_900...22_939
        }) { test async throws in
            for call in ["one", "call"] {
                #expect(try await test.offer(call, ["rtcp-mux": ["accept"]], sdp: Self.description("aaaa"))["result"] == "ok")
                let reply = try await test.request([
                    "command": "offer", "call-id": .string(call), "from-tag": "a", "flags": ["fragment"],
                    "sdp": .string(Self.fragment(6_000, "aaaa")),
                ])
                #expect(reply == ["result": "ok"])
            }
            let first = await test.plane.session("one")?.plan.media[0].transport.rtpSockets.first
            let second = await test.session?.plan.media[0].transport.rtpSockets.first
            #expect(first != nil && second != nil && first?.local != second?.local)
            #expect(await ports(test, 0) == [6_000])
        }
    }
}

extension TestPlane {
    /// The call `call`.
    var session: CallSession? {
        get async { await plane.session("call") }
    }
}

extension ControlPlane {
    func session(_ callID: String) async -> CallSession? { await registry?.byCallID[callID] }
    func handle(_ callID: String) async -> CallHandle? { await registry?.byCallID[callID]?.handle }
}
