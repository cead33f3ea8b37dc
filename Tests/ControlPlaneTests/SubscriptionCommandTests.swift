@testable import ControlPlane
import MediaIO
import NGProtocol
import Testing

/// `publish`, `subscribe request` and its answer, `unsubscribe`, `create` and its answer, with packets.
@Suite struct SubscriptionCommandTests {
    /// A recorder's answer with an m-line for each port.
    private static func recorder(_ ports: [UInt16], formats: String = "0 101", ip: String) -> String {
        let lines = ports.map { "m=audio \($0) RTP/AVP \(formats)\na=rtpmap:101 telephone-event/8000\na=recvonly\n" }.joined()
        return "v=0\no=- 1 1 IN IP4 \(ip)\ns=-\nc=IN IP4 \(ip)\nt=0 0\n\(lines)"
    }

    private func sample(_ socket: UDPSocket) async throws -> UInt8 {
        while true {
            let packet = try #require(await socket.receive()).bytes
            try #require(packet.count > 12)
            // Not RTCP.
            if packet[1] & 0x7f == 0 { return packet[12] }
        }
    }

    @Test func aRecorderHearsBothAndTheCallGoesOn() async throws {
        try await TestPlane.with { test async throws in
            let ip = "127.0.3.1"
            var call = try MediaCall(test, ip: ip)
            try await call.setUp(offer: ["label": "caller"])
            let request = try await call.command("subscribe request", ["flags": ["all", "SIPREC"], "to-tag": "rec"])
            #expect(request["from-tags"] == ["a", "b"] && request["to-tag"] == "rec" && request["from-tag"] == nil)
            #expect(request.at("tag-medias", "0", "label") == "caller" && request.at("tag-medias", "1", "label") == nil)
            #expect(request.at("tag-medias", "1", "medias", "0") == ["index": 1, "type": "audio", "label": "0", "mode": "sendrecv"])
            #expect(request.at("media-labels", "1") == ["tag": "a", "index": 1, "type": "audio", "label": "caller", "mode": "sendrecv"])
            let ears = [try UDPSocket(ip), try UDPSocket(ip)]
            let answer = Self.recorder(ears.map(\.port), ip: ip)
            #expect(try await call.refusal("subscribe answer", ["to-tag": "rec", "sdp": .string(answer)]) == nil)
            for index in 1...3 as ClosedRange<UInt8> {
                try await call.speak(.a, index)
                try await call.speak(.b, 100 + index)
                #expect(try await call.sample(.b) == index)
                #expect(try await call.sample(.a) == 100 + index)
                #expect(try await sample(ears[0]) == index)
                #expect(try await sample(ears[1]) == 100 + index)
            }
            let query = try await call.command("query")
            #expect(query.at("tags", "rec", "subscriptions", "1") == ["tag": "b", "type": "pub/sub"])
            let listeners: [NGValue] = [["tag": "b", "type": "offer/answer"], ["tag": "rec", "type": "pub/sub"]]
            #expect(query.at("tags", "a", "subscribers") == .list(listeners))
            #expect(try await call.refusal("unsubscribe", ["to-tag": "rec"]) == nil)
            try await call.speak(.a, 9)
            #expect(try await call.sample(.b) == 9)
            #expect(try await call.command("query").at("tags", "rec") == nil)
        }
    }

    @Test func aRecorderHearsWhatItTakes() async throws {
        try await TestPlane.with { test async throws in
            let ip = "127.0.3.2"
            var call = try MediaCall(test, ip: ip)
            try await call.setUp()
            let request = try await call.command("subscribe request", ["from-tag": "a"])
            let tag = try #require(request["to-tag"]?.text)
            #expect(tag.count == 64 && tag.allSatisfy(\.isHexDigit) && request["from-tag"] == "a" && request["tag-medias"] == nil)
            let ear = try UDPSocket(ip)
            var answer: NGDictionary = ["to-tag": .string(tag), "sdp": .string(Self.recorder([ear.port], formats: "8", ip: ip))]
            #expect(try await call.refusal("subscribe answer", answer) == "Failed to process subscription answer")
            answer.append("flags", ["allow-transcoding"])
            #expect(try await call.refusal("subscribe answer", answer) == nil)
            for index in 1...8 as ClosedRange<UInt8> { try await call.speak(.a, index) }
            let packet = try #require(await ear.receive()).bytes
            #expect(packet[1] & 0x7f == 8 && packet.count == 172)
        }
    }

    @Test func whatIsRefused() async throws {
        try await TestPlane.with { test async throws in
            let ip = "127.0.3.3"
            var call = try MediaCall(test, ip: ip)
            for command in ["subscribe request", "subscribe answer", "unsubscribe"] {
                #expect(try await call.refusal(command, ["from-tag": "a", "to-tag": "r", "sdp": "x"]) == "Unknown call-ID")
            }
            #expect(try await call.refusal("create answer", ["from-tag": "a", "sdp": "x"]) == "unknown call-ID")
            try await call.setUp()
            for (selection, reason) in [
                (["label": "x"], "No monologue matching the given label"), (["from-tag": "x"], "From-tag given, but no such tag exists"),
                ([:], "No medias found (no monologues matched)"), (["from-tags": ["x"]], "No medias found (no monologues matched)"),
            ] as [(NGDictionary, String)] { #expect(try await call.refusal("subscribe request", selection) == reason) }
            #expect(try await call.refusal("subscribe request", ["from-tag": "a", "to-tag": "b"]) == "Failed to request subscription")
            #expect(try await call.refusal("subscribe answer", ["sdp": "x"]) == "No to-tag in message")
            #expect(try await call.refusal("subscribe answer", ["to-tag": "r"]) == "No SDP body in message")
            #expect(try await call.refusal("subscribe answer", ["to-tag": "r", "sdp": "x"]) == "To-tag not found")
            #expect(try await call.command("subscribe request", ["from-tag": "a", "to-tag": "r"])["result"] == "ok")
            #expect(try await call.refusal("subscribe answer", ["to-tag": "r", "sdp": "x"]) == "Failed to parse SDP")
            #expect(try await call.refusal("unsubscribe") == "No to-tag in message")
            #expect(try await call.refusal("unsubscribe", ["to-tag": "nobody"]) == nil)
            #expect(try await call.refusal("create answer", ["from-tag": "a", "sdp": "x"]) == "from-tag not found")
            #expect(try await call.refusal("publish", ["from-tag": "a", "sdp": .string(SDPText.pcmu(4000))]) == "Failed to create SDP")
            #expect(try await call.refusal("create", ["from-tag": "a"]) == "failed to create SDP")
        }
    }

    @Test func aPublisherMakesACall() async throws {
        try await TestPlane.with { test async throws in
            let ip = "127.0.3.4"
            let (mouth, ear) = (try UDPSocket(ip), try UDPSocket(ip))
            let reply = try await test.request(["command": "publish", "sdp": .string(SDPText.pcmu(mouth.port, ip: ip))])
            let (callID, tag) = (try #require(reply["call-id"]), try #require(reply["from-tag"]))
            #expect(callID.text?.count == 64 && tag.text?.count == 64 && callID != tag)
            #expect(reply["sdp"]?.text?.contains("a=recvonly") == true)
            let request = try await test.request(["command": "subscribe request", "call-id": callID, "from-tag": tag, "to-tag": "s"])
            #expect(request["from-tag"] == tag)
            let answer = Self.recorder([ear.port], ip: ip)
            let answered = try await test.request(["command": "subscribe answer", "call-id": callID, "to-tag": "s", "sdp": .string(answer)])
            #expect(answered == ["result": "ok"])
            let header: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4]
            mouth.send(header + [UInt8](repeating: 42, count: 160), port: try #require(SDPText.port(reply["sdp"])))
            #expect(try await sample(ear) == 42)
            #expect(try await test.request(["command": "delete", "call-id": callID, "delete-delay": 0])["result"] == "ok")
        }
    }

    @Test func whatIsPlayedToAGuest() async throws {
        try await TestPlane.with { test async throws in
            let ip = "127.0.3.5"
            let reply = try await test.request(["command": "create", "codec": ["offer": ["PCMU"]]])
            let (callID, tag) = (try #require(reply["call-id"]), try #require(reply["from-tag"]))
            #expect(callID.text?.count == 64 && reply["sdp"]?.text?.contains("RTP/AVP 0\r\n") == true)
            let guest = try UDPSocket(ip)
            let answered = try await test.request([
                "command": "create answer", "call-id": callID, "from-tag": tag, "sdp": .string(SDPText.pcmu(guest.port, ip: ip)),
            ])
            #expect(answered == ["result": "ok"])
            let played = try await test.request([
                "command": "play media", "call-id": callID, "from-tag": tag, "blob": .bytes(toneFile(milliseconds: 200)),
            ])
            #expect(played["duration"] == 200)
            let packet = try #require(await guest.receive()).bytes
            #expect(packet.count == 172 && Set(packet.dropFirst(12)).count > 4)
        }
    }

    /// Ports for the parties and not for the recorder; and for a publisher that is one call too many.
    @Test func limits() async throws {
        let test = try await TestRegistry(ports: 22_760...22_765)
        _ = try await test.offer()
        _ = try await test.answer()
        let used = test.usedPorts
        let all: NGDictionary = ["command": "subscribe request", "call-id": "call", "flags": ["all"], "to-tag": "r"]
        #expect(try await test.request(all)["error-reason"] == "Failed to request subscription")
        #expect(test.usedPorts == used)
        let one: NGDictionary = ["command": "subscribe request", "call-id": "call", "from-tag": "a", "to-tag": "r"]
        #expect(try await test.request(one)["result"] == "ok")
        #expect(test.usedPorts == used + 2)
        let publish: NGDictionary = ["command": "publish", "sdp": .string(SDPText.pcmu(4000))]
        #expect(try await test.request(publish)["error-reason"] == "Ran out of ports")
        #expect(await test.registry.count == 1)
        #expect(try await test.request(["command": "unsubscribe", "call-id": "call", "to-tag": "r"])["result"] == "ok")
        #expect(test.usedPorts == used)
        // The recorder is taken along.
        #expect(try await test.request(one)["result"] == "ok")
        #expect(try await test.request(["command": "delete", "call-id": "call", "from-tag": "a", "delete-delay": 0])["result"] == "ok")
        #expect(test.usedPorts == 0)
        #expect(await test.registry.count == 0)
        await test.shutdown()
    }
}
