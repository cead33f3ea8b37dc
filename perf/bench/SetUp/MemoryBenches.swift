import MediaCore
import Negotiation
import RTP
import SRTP
import SteadyCalls
import Wire

extension Bench {
    /// Heap that one of many keeps: calls after a second of packets each way.
    static var memory: [Bench] { [
        Bench.memory("memory/call, plain relay") { try calls(Scenario.pcmu, Scenario.pcmu) },
        Bench.memory("memory/call, AES_CM_128_HMAC_SHA1_80 to plain") {
            try calls(Scenario.secured(Scenario.opus, .aesCM128HMACSHA1_80), Scenario.opus)
        },
        Bench.memory("memory/call, Opus over SRTP to PCMU") {
            try calls(Scenario.secured(Scenario.opus, .aesCM128HMACSHA1_80), Scenario.pcmu)
        },
        Bench.memory("memory/call, Opus over DTLS and ICE to PCMU", isGated: false) {
            let ours = try DTLSCertificate.generate(), theirs = try DTLSCertificate.generate()
            let output = CallOutput(capacity: 16)
            return try Heap.perObject { _ in try DTLSCall(ours: ours, theirs: theirs, output: output).call }
        },
        Bench.memory("memory/dialogue, plain") { try dialogues(Exchange.plain) },
        Bench.memory("memory/dialogue, Meta's DTLS") { try dialogues { try Exchange.meta($0) } },
        Bench.memory("memory/plan, plain") { try plans(Exchange.plain) },
    ] }

    private static func calls(_ one: Scenario.Peer, _ other: Scenario.Peer) throws -> Int {
        let senders = [
            try Sender(one, slot: 0, audio: Speech.synthetic.samples).need("a peer"),
            try Sender(other, slot: 1, audio: Speech.synthetic.samples).need("a peer"),
        ]
        let output = CallOutput(capacity: 16)
        return try Heap.perObject { _ in
            var now = MonotonicInstant(nanoseconds: 1_000_000_000)
            let call = Call(CallConfiguration(seed: 1), at: now)
            call.apply(CallPlan(media: [senders[0].plan(source: 1), senders[1].plan(source: 0)]), at: now, into: output)
            for _ in 0..<50 {
                for sender in senders {
                    guard let packet = sender.nextPacket() else { continue }
                    call.receive(packet, on: sender.slot, from: sender.address, at: now, into: output)
                }
                now = call.pass(.milliseconds(20), from: now, output)
                output.removeAll()
            }
            return call
        }
    }

    private static func dialogues(_ make: (DTLSCertificate) throws -> Exchange) throws -> Int {
        let certificate = try DTLSCertificate.generate()
        return try Heap.perObject { _ in
            let exchange = try make(certificate)
            return try exchange.answered(try exchange.offered().dialogue).dialogue
        }
    }

    private static func plans(_ make: (DTLSCertificate) throws -> Exchange) throws -> Int {
        let certificate = try DTLSCertificate.generate()
        return try Heap.perObject { _ in
            let exchange = try make(certificate)
            return try exchange.answered(try exchange.offered().dialogue).plan
        }
    }
}

extension Call {
    /// Lets time go by; what is due is done.
    func pass(_ span: Nanoseconds, from start: MonotonicInstant, _ output: CallOutput) -> MonotonicInstant {
        let end = start + span
        var now = start
        while nextDeadline < end {
            now = max(now, nextDeadline)
            handleDeadline(at: now, into: output)
        }
        return end
    }
}

/// A call with Meta's end of ICE and DTLS on one side and PCMU on the other, after its handshake and a second of speech.
final class DTLSCall {
    let call: Call
    private let output: CallOutput
    private let peer, pbx: Sender
    private let endpoint: DTLSEndpoint
    private let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)

    init(ours: DTLSCertificate, theirs: DTLSCertificate, output: CallOutput) throws {
        self.output = output
        var meta = Scenario.opus
        meta.hasICE = true
        peer = try Sender(meta, slot: 0, audio: Speech.synthetic.samples).need("a peer")
        pbx = try Sender(Scenario.pcmu, slot: 1, audio: Speech.synthetic.samples).need("a peer")
        endpoint = try DTLSEndpoint(certificate: theirs, isClient: false, remoteFingerprint: ours.fingerprint(.sha256))
        call = Call(CallConfiguration(seed: 1), at: now)
        var plan = CallPlan(media: [peer.plan(source: 1), pbx.plan(source: 0)])
        plan.media[0].transport.security = .dtls(
            DTLSPlan(role: .client, certificate: ours, remoteFingerprint: theirs.fingerprint(.sha256)))
        endpoint.start(at: now)
        call.apply(plan, at: now, into: output)
        for _ in 0..<100 where endpoint.keys == nil { step { _ in } }
        let keys = try endpoint.keys.need("a DTLS association")
        let transform = try SRTPTransform.make(keys.local, direction: .outbound)
        for _ in 0..<50 {
            step { call in
                if let packet = self.pbx.nextPacket() { call.receive(packet, on: 1, from: self.pbx.address, at: self.now, into: output) }
                guard let packet = self.peer.nextPacket(), self.room.copy(packet.bytes, to: 0),
                      let length = transform.protectRTP(self.room, length: packet.count),
                      let whole = self.room.slice(0, length) else { return }
                call.receive(whole, on: 0, from: self.peer.address, at: self.now, into: output)
            }
        }
    }

    deinit { room.base?.deallocate() }

    private func step(_ body: (Call) -> Void) {
        body(call)
        now = call.pass(.milliseconds(20), from: now, output)
        while !output.datagrams.isEmpty {
            for datagram in output.datagrams where datagram.slot == 0 {
                peer.receive(output.bytes(of: datagram), at: now)
                _ = endpoint.receive(output.bytes(of: datagram), at: now)
            }
            output.removeAll()
            while let answer = peer.nextAnswer() { call.receive(answer, on: 0, from: peer.address, at: now, into: output) }
            while let length = endpoint.drain(into: room), let flight = room.slice(0, length) {
                call.receive(flight, on: 0, from: peer.address, at: now, into: output)
            }
        }
    }
}
