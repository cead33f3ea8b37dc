@testable import ControlPlane
import NGProtocol
import Testing

@Suite struct DuplicateTests {
    @Test func aResentOfferIsCarriedOutOnce() async throws {
        try await TestPlane.with { test async throws in
            let offer: NGDictionary = ["command": "offer", "call-id": "call", "from-tag": "a", "sdp": .string(SDPText.pcmu(4000))]
            let request = "7 " + String(decoding: BencodeEncoder.encode(offer), as: UTF8.self)
            // Both in flight: the second waits for the first.
            test.client.send(Array(request.utf8), port: test.port)
            let second = try await test.raw(request)
            let first = try #require(await test.client.receive())
            #expect(String(decoding: first.bytes, as: UTF8.self) == second)
            let third = try await test.raw(request)
            #expect(third == second)
            #expect(await test.plane.callCount == 1)
        }
    }

    /// Sent without waiting: the answer stands behind its offer, the delete behind both.
    @Test func commandsOfOneCallKeepTheirOrder() async throws {
        try await TestPlane.with { test async throws in
            for round in 0..<20 {
                let call = NGValue.string("call\(round)")
                let commands: [NGDictionary] = [
                    ["command": "offer", "call-id": call, "from-tag": "a", "sdp": .string(SDPText.pcmu(4000))],
                    ["command": "answer", "call-id": call, "from-tag": "a", "to-tag": "b", "sdp": .string(SDPText.pcmu(4002))],
                    ["command": "delete", "call-id": call, "from-tag": "a", "delete-delay": 0, "flags": ["fatal", "fast"]],
                ]
                for (index, command) in commands.enumerated() {
                    test.client.send(Array("\(round)_\(index) ".utf8) + BencodeEncoder.encode(command), port: test.port)
                }
                for _ in commands {
                    let reply = try #require(await test.client.receive())
                    #expect(String(decoding: reply.bytes, as: UTF8.self).hasSuffix("6:result2:oke"))
                }
            }
        }
    }

    /// An offer right behind the delete that ends its call makes a new call.
    @Test func anOfferBehindADeleteMakesANewCall() async throws {
        try await TestPlane.with { test async throws in
            for round in 0..<20 {
                _ = try await test.offer()
                test.client.send(Array("d\(round) d7:call-id4:call7:command6:delete12:delete-delayi0ee".utf8), port: test.port)
                let offer: NGDictionary = [
                    "command": "offer", "call-id": "call", "from-tag": "new", "sdp": .string(SDPText.pcmu(4000)),
                ]
                test.client.send(Array("o\(round) ".utf8) + BencodeEncoder.encode(offer), port: test.port)
                for _ in 0..<2 {
                    let reply = try #require(await test.client.receive())
                    #expect(String(decoding: reply.bytes, as: UTF8.self).hasSuffix("6:result2:oke"))
                }
                let delete = try await test.request(["command": "delete", "call-id": "call", "from-tag": "new", "delete-delay": 0])
                #expect(delete["warning"] == nil)
                #expect(await test.plane.callCount == 0)
            }
        }
    }
}
