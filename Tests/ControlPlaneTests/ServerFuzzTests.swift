@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// Damaged requests, all the way down to the engine: each with a cookie gets one reply, and the calls beside them go on.
@Suite struct ServerFuzzTests {
    /// Counts replies, and lets the test wait for the last.
    actor Replies {
        private var missing: Int
        private var waiter: CheckedContinuation<Void, Never>?

        init(expecting count: Int) { missing = count }

        func arrived() {
            missing -= 1
            if missing == 0 { waiter?.resume() }
        }

        func all() async {
            if missing > 0 { await withCheckedContinuation { waiter = $0 } }
        }
    }

    @Test func damagedCaptures() async throws {
        let test = try await TestRegistry(ports: 23_000...24_999)
        #expect(try await test.offer()["result"] == "ok")
        let server = await NGServer(registry: test.registry, logger: .silent)
        let corpus = try CaptureReplayTests.captures("kamailio-5.6").map(\.request)
        var random = SplitMix64(seed: 77)
        let count = 3_000
        let replies = Replies(expecting: count)
        for index in 0..<count {
            let body = mutate(corpus[index % corpus.count], &random)
            let datagram = Array("\(index) ".utf8) + body
            await ControlActor.run { datagram.withBytes { _ = server.receive($0) { _ in Task { await replies.arrived() } } } }
        }
        await replies.all()
        #expect(try await test.answer()["result"] == "ok")
        await server.close()
        await test.shutdown()
        #expect(test.usedPorts == 0)
    }

    /// The message without its cookie, with a few bytes changed, removed or doubled.
    private func mutate(_ datagram: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(datagram.drop { $0 != UInt8(ascii: " ") }.dropFirst())
        for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.insert(bytes[place], at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}
