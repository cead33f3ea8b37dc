import MediaCore
import SRTP
import SteadyCalls
import Wire

extension Bench {
    /// A packet through a whole `Call`, with the deadlines that come in its 20 ms.
    static var calls: [Bench] {
        let opus = Scenario.opus, pcmu = Scenario.pcmu
        let pcma = Scenario.Peer(format: .pcma, payloadType: 8, suite: nil)
        let secured = Scenario.secured(opus, .aesCM128HMACSHA1_80), sealed = Scenario.secured(opus, .aeadAES128GCM)
        return [
            call("call/relay, plain", pcmu, pcmu),
            call("call/relay, AES_CM_128_HMAC_SHA1_80 to plain", secured, opus),
            call("call/relay, plain to AES_CM_128_HMAC_SHA1_80", opus, secured),
            call("call/relay, AEAD_AES_128_GCM to plain", sealed, opus),
            call("call/relay, plain to AEAD_AES_128_GCM", opus, sealed),
            call("call/jitter buffer and frames: PCMU to PCMA", pcmu, pcma),
            call("call/convert, Opus over SRTP to PCMU", secured, pcmu),
            call("call/convert, PCMU to Opus over SRTP", pcmu, secured),
            Bench.simple("call/deadline with nothing due") {
                let call = try OneWayCall(pcmu, pcmu)
                call.refill(50)
                call.run()
                return { call.handleDeadline() }
            },
        ]
    }

    /// From the first peer to the second, which only listens.
    private static func call(_ name: String, _ from: Scenario.Peer, _ to: Scenario.Peer) -> Bench {
        .work(name, operations: 500) {
            let call = try OneWayCall(from, to)
            call.refill(500)
            call.run()
            return Work(prepare: { call.refill(500) }, run: { call.run() })
        }
    }
}

/// A call of which one peer speaks; its packets are made beforehand, so that only the call's work is counted.
final class OneWayCall {
    private let call: Call
    private let speaker, listener: Sender
    private let output = CallOutput(capacity: 16)
    private let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private var stored: [UInt8] = []
    private var lengths: [Int] = []

    init(_ from: Scenario.Peer, _ to: Scenario.Peer) throws {
        speaker = try Sender(from, slot: 0, audio: Speech.synthetic.samples).need("a peer")
        listener = try Sender(to, slot: 1).need("a peer")
        call = Call(CallConfiguration(seed: 1), at: now)
        call.apply(CallPlan(media: [speaker.plan(source: 1), listener.plan(source: 0)]), at: now, into: output)
        output.removeAll()
    }

    deinit { room.base?.deallocate() }

    func refill(_ packets: Int) {
        stored.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for _ in 0..<packets {
            guard let packet = speaker.nextPacket() else { continue }
            stored.append(contentsOf: packet.buffer)
            lengths.append(packet.count)
        }
    }

    func run() {
        var offset = 0
        stored.withBytes { all in
            for length in lengths {
                if let packet = all.slice(offset, length) { step(packet) }
                offset += length
            }
        }
    }

    private func step(_ packet: Bytes) {
        room.copy(packet, to: 0)
        if let datagram = room.slice(0, packet.count) {
            call.receive(datagram, on: speaker.slot, from: speaker.address, at: now, into: output)
        }
        let end = now + .milliseconds(20)
        while call.nextDeadline < end {
            now = max(now, call.nextDeadline)
            call.handleDeadline(at: now, into: output)
        }
        now = end
        output.removeAll()
    }

    func handleDeadline() { call.handleDeadline(at: now, into: output) }
}
