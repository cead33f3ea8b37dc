@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// offer, answer, query, delete and list of a two-party call, over a real socket and a real engine.
@Suite struct CallCommandTests {
    @Test func aCallFromOfferToDelete() async throws {
        try await TestPlane.with { test async throws in
            let offer = try await test.offer("call", ["label": "caller", "metadata": "m"])
            #expect(offer["result"] == "ok")
            let toward = try #require(SDPText.port(offer["sdp"]))
            #expect(TestPlane.portRange.contains(toward))
            let answer = try await test.answer()
            #expect(answer["result"] == "ok")
            #expect(SDPText.port(answer["sdp"]) != toward)
            let list = try await test.request(["command": "list"])
            #expect(list == ["calls": ["call"], "result": "ok"])
            let query = try await test.request(["command": "query", "call-id": "call"])
            #expect(query.at("tags", "a", "label") == "caller")
            #expect(query["metadata"] == "m")
            #expect(query.at("tags", "b", "medias", "0", "streams", "0", "local port") == .integer(Int64(toward)))
            #expect(query.at("tags", "b", "medias", "0", "streams", "0", "endpoint", "port") == 4002)
            #expect(query.at("tags", "b", "subscriptions", "0", "tag") == "a")
            #expect(query.at("tags", "a", "medias", "0", "protocol") == "RTP/AVP")
            let delete = try await test.request(["command": "delete", "call-id": "call", "from-tag": "a", "delete-delay": 0])
            #expect(delete["result"] == "ok")
            #expect(delete.at("totals", "RTP", "packets") == 0)
            #expect(try await test.request(["command": "list"]) == ["calls": [], "result": "ok"])
        }
    }

    @Test func relayedPacketsAreCounted() async throws {
        try await TestPlane.with { test async throws in
            // An address of their own: the port after theirs gets RTCP, and may be another test's.
            let ip = "127.0.0.9"
            let caller = try UDPSocket(ip)
            let callee = try UDPSocket(ip)
            let offer = try await test.offer(sdp: SDPText.pcmu(caller.port, ip: ip))
            let answer = try await test.answer(sdp: SDPText.pcmu(callee.port, ip: ip))
            let callerSide = try #require(SDPText.port(answer["sdp"]))
            #expect(SDPText.port(offer["sdp"]) != nil)
            let packet: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4] + [UInt8](repeating: 0xd5, count: 160)
            caller.send(packet, port: callerSide)
            let relayed = try #require(await callee.receive())
            #expect(relayed.bytes.suffix(160) == packet.suffix(160))
            let query = try await test.request(["command": "query", "call-id": "call"])
            #expect(query.at("totals", "RTP", "packets") == 1)
            #expect(query.at("SSRC", "16909060", "packets") == 1)
            #expect(query.at("tags", "a", "medias", "0", "ingress SSRCs", "0", "last RTP seq") == 1)
            #expect(query.at("tags", "b", "medias", "0", "streams", "0", "stats_out", "packets") == 1)
        }
    }

    @Test func unknownCalls() async throws {
        try await TestPlane.with { test async throws in
            let text: NGValue = "Call-ID not found or tags didn't match"
            #expect(try await test.request(["command": "query", "call-id": "x"]) == ["result": "error", "error-reason": "Unknown call-id"])
            #expect(try await test.answer("x") == ["result": "error", "error-reason": "Unknown call-id"])
            #expect(try await test.request(["command": "delete", "call-id": "x"]) == ["warning": text, "result": "ok"])
            let fatal = try await test.request(["command": "delete", "call-id": "x", "flags": ["fatal"]])
            #expect(fatal == ["result": "error", "error-reason": text])
        }
    }

    @Test func deleteWithOtherTagsDoesNothing() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            let wrong = try await test.request(["command": "delete", "call-id": "call", "from-tag": "z", "delete-delay": 0])
            #expect(wrong["warning"] == "Call-ID not found or tags didn't match")
            #expect(await test.plane.callCount == 1)
            // The key alone is not heeded.
            let right = try await test.request([
                "command": "delete", "call-id": "call", "from-tag": "a", "to-tag": "z", "delete-delay": 0, "flags": ["fast"],
            ])
            #expect(right == ["result": "ok"])
            #expect(await test.plane.callCount == 0)
        }
    }

    @Test func queryOfAnUnknownTagNamesNoParty() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            #expect(try await test.request(["command": "query", "call-id": "call", "from-tag": "z"])["tags"] == [:])
            let both = try await test.request(["command": "query", "call-id": "call", "from-tag": "b"])
            #expect(both.at("tags", "a") != nil && both.at("tags", "b") != nil)
        }
    }

    @Test func aTrickleFragmentChangesNothing() async throws {
        try await TestPlane.with { test async throws in
            let fragment = try await test.offer("new", ["flags": ["fragment"]], sdp: "a=ice-ufrag:x")
            #expect(fragment["result"] == "ok" && fragment["sdp"] == nil)
            #expect(await test.plane.callCount == 0)
            _ = try await test.offer()
            #expect(try await test.offer("call", ["flags": "fragment"], sdp: "a=ice-ufrag:x")["result"] == "ok")
            #expect(try await test.answer()["result"] == "ok")
        }
    }

    @Test func badDescriptions() async throws {
        try await TestPlane.with { test async throws in
            #expect(try await test.offer(sdp: "hello")["error-reason"] == "Failed to parse SDP")
            #expect(await test.plane.callCount == 0)
            let before = try await test.offer()
            #expect(try await test.answer(sdp: "v=0")["result"] == "error")
            // The call goes on as it was, on the same ports.
            #expect(try await test.answer()["result"] == "ok")
            #expect(before["result"] == "ok")
            #expect(try await test.answer(from: "nobody")["error-reason"] == "Invalid dialogue association")
            #expect(await test.plane.callCount == 1)
        }
    }
}
