import MediaCore
import SRTP
import SteadyCalls
import Wire

extension Bench {
    /// DTLS, and calls that come into being.
    static var handshakes: [Bench] { [
        Bench.simple("dtls/certificate", operations: 5, isGated: false) { { consume(try? DTLSCertificate.generate()) } },
        handshake("dtls/handshake, client's CPU", countsClient: true),
        handshake("dtls/handshake, server's CPU", countsClient: false),
        creation("call/create, plain", Scenario.pcmu),
        creation("call/create, AES_CM_128_HMAC_SHA1_80", Scenario.secured(Scenario.opus, .aesCM128HMACSHA1_80)),
        creation("call/create, Opus to PCMU", Scenario.opus),
    ] }

    private static func handshake(_ name: String, countsClient: Bool) -> Bench {
        .timed(name, operations: 10) {
            let (one, other) = (try DTLSCertificate.generate(), try DTLSCertificate.generate())
            return {
                (0..<10).reduce(into: 0) { sum, _ in
                    guard let pair = try? HandshakePair(client: one, server: other) else { return }
                    pair.run()
                    sum += countsClient ? pair.clientTime : pair.serverTime
                }
            }
        }
    }

    private static func creation(_ name: String, _ peer: Scenario.Peer) -> Bench {
        // What a cipher takes is OpenSSL's affair.
        .simple(name, operations: 100, isGated: peer.suite == nil) {
            let first = try Sender(peer, slot: 0).need("a peer"), second = try Sender(Scenario.pcmu, slot: 1).need("a peer")
            var plan = CallPlan(media: [first.plan(source: 1), second.plan(source: 0)])
            if peer.format == .opus, peer.suite != nil { plan.media[1].sendPayloads = plan.media[0].sendPayloads }
            let output = CallOutput(capacity: 16)
            let now = MonotonicInstant(nanoseconds: 1_000_000_000)
            return {
                let call = Call(CallConfiguration(seed: 1), at: now)
                call.apply(plan, at: now, into: output)
                output.removeAll()
                consume(call)
            }
        }
    }
}

/// Both ends of an association, and what each of them takes [ns].
final class HandshakePair {
    private let client, server: DTLSEndpoint
    private(set) var clientTime: Int64 = 0
    private(set) var serverTime: Int64 = 0
    private let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
    private let now = MonotonicInstant(nanoseconds: 1_000_000_000)

    init(client one: DTLSCertificate, server other: DTLSCertificate) throws {
        var start = ThreadClock.now
        client = try DTLSEndpoint(certificate: one, isClient: true, remoteFingerprint: other.fingerprint(.sha256))
        clientTime += ThreadClock.now - start
        start = ThreadClock.now
        server = try DTLSEndpoint(certificate: other, isClient: false, remoteFingerprint: one.fingerprint(.sha256))
        serverTime += ThreadClock.now - start
    }

    deinit { room.base?.deallocate() }

    func run() {
        serverTime += timed { server.start(at: now) }
        clientTime += timed { client.start(at: now) }
        var isBusy = true
        while isBusy {
            isBusy = pass(from: client, &clientTime, to: server, &serverTime)
                || pass(from: server, &serverTime, to: client, &clientTime)
        }
    }

    private func pass(from: DTLSEndpoint, _ fromTime: inout Int64, to: DTLSEndpoint, _ toTime: inout Int64) -> Bool {
        var length: Int?
        fromTime += timed { length = from.drain(into: room) }
        guard let length, let datagram = room.bytes.slice(0, length) else { return false }
        toTime += timed { _ = to.receive(datagram, at: now) }
        return true
    }

    private func timed(_ body: () -> Void) -> Int64 {
        let start = ThreadClock.now
        body()
        return ThreadClock.now - start - ThreadClock.cost
    }
}
