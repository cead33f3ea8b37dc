import LateHandshakes
import MediaCore
import RTP
import Wire

/// A call of two plain RTP peers, A (media 0) and B (media 1), without signaling: packets and plans in, packets out. Further
/// peers, where there are any, hear A.
final class PlainCall {
    static let addresses = (0..<12).map { TransportAddress(ip: IPAddress(v4: 0xc000_0201 + UInt32($0)), port: UInt16(4000 + 1000 * $0)) }
    static let pcmu = PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8000)
    static let pcma = PayloadPlan(payloadType: 8, format: .pcma, clockRate: 8000)
    static let opus = PayloadPlan(payloadType: 111, format: .opus, clockRate: 48000, channels: 2)
    static let noise = PayloadPlan(payloadType: 13, format: .comfortNoise, clockRate: 8000)
    static let event = PayloadPlan(payloadType: 101, format: .telephoneEvent, clockRate: 8000)

    struct Sent {
        var header: RTPHeader
        var payload: [UInt8]
        /// The datagram.
        var bytes: [UInt8]
        var at: MonotonicInstant
    }

    var plan: CallPlan
    let call: Call
    private(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    /// RTP toward each peer.
    private(set) var sent = [[Sent]](repeating: [], count: addresses.count)
    /// Every datagram by the slot that it left from.
    private(set) var datagrams = [[[UInt8]]](repeating: [], count: 2 * addresses.count)
    private(set) var reports = [Int](repeating: 0, count: addresses.count)
    /// When the RTCP packets left for each peer.
    private(set) var reportMoments = [[MonotonicInstant]](repeating: [], count: addresses.count)
    /// STUN and DTLS, with where it goes; to be taken out by the test.
    var handshakes: [(bytes: [UInt8], to: TransportAddress)] = []
    private(set) var events: [CallEvent] = []
    /// How often `handleDeadline` was called.
    private(set) var steps = 0
    /// Handshake work that is away, where it is.
    var late = LateHandshakes(delay: .milliseconds(1))
    let output = CallOutput()

    /// - Parameters:
    ///   - codecs: the audio of A, of B and of those that hear A too.
    ///   - handshakesApart: whether handshake work takes its time.
    ///   - edit: changes the first plan.
    init(_ codecs: [PayloadPlan] = [pcmu, pcmu], handshakesApart: Bool = false, edit: (inout CallPlan) -> Void = { _ in }) {
        plan = CallPlan(media: codecs.indices.map { index in
            let socket = TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: UInt16(30_000 + 2 * index))
            let payloads = [codecs[index], Self.noise, Self.event]
            return MediaPlan(
                participant: index,
                transport: TransportPlan(
                    rtpSockets: [LocalSocket(slot: index, local: socket, advertised: socket)], rtcpMux: true,
                    remoteRTP: Self.addresses[index]),
                receivePayloads: payloads, sendPayloads: payloads, ssrc: UInt32(7 + index), cname: "c", source: index == 0 ? 1 : 0)
        })
        call = Call(CallConfiguration(seed: 1, handshakesApart: handshakesApart), at: now)
        apply(edit)
    }

    /// Makes the plan, after the changes of `edit`, that of the call.
    func apply(_ edit: (inout CallPlan) -> Void = { _ in }) {
        edit(&plan)
        call.apply(plan, at: now, into: output)
        collect()
    }

    func perform(_ action: CallAction) -> Bool {
        defer { collect() }
        return call.perform(action, at: now, into: output)
    }

    func send(
        from peer: Int, _ sequence: Int, timestamp: Int? = nil, payloadType: UInt8 = 0, ssrc: UInt32 = 99, payload: [UInt8] = sound,
        isPadded: Bool = false
    ) {
        let header = RTPHeader(
            payloadType: payloadType, marker: false, sequenceNumber: UInt16(truncatingIfNeeded: sequence),
            timestamp: UInt32(truncatingIfNeeded: timestamp ?? sequence * 160), ssrc: ssrc)
        var bytes = [UInt8](repeating: 0, count: RTPHeader.fixedLength)
        bytes.withMutableBytes { _ = header.write(to: $0) }
        if isPadded { bytes[0] |= 0x20 }
        receive(bytes + payload, on: peer, from: Self.addresses[peer])
    }

    /// A datagram to the socket of a peer, from wherever.
    func receive(_ datagram: [UInt8], on peer: Int, from source: TransportAddress) {
        var bytes = datagram + Array(repeating: 0, count: 64)
        bytes.withUnsafeMutableBytes { buffer in
            call.receive(MutableBytes(buffer.baseAddress, count: datagram.count), on: peer, from: source, at: now, into: output)
        }
        collect()
    }

    /// A packet of audio every 20 ms.
    func talk(from peer: Int, _ sequences: Range<Int>, ssrc: UInt32 = 99, payloadType: UInt8 = 0) {
        for sequence in sequences {
            send(from: peer, sequence, payloadType: payloadType, ssrc: ssrc)
            run(milliseconds: 20)
        }
    }

    func run(milliseconds: Int) {
        let end = now + .milliseconds(milliseconds)
        while min(call.nextDeadline, late.nextDeadline) <= end, steps < 1_000_000 {
            now = max(now, min(call.nextDeadline, late.nextDeadline))
            steps += 1
            for step in late.takeDone(by: now) {
                call.finish(step, at: now, into: output)
                collect()
            }
            call.handleDeadline(at: now, into: output)
            collect()
        }
        now = end
    }

    /// The steps between the sequence numbers toward a peer that are not 1.
    func gaps(toward peer: Int) -> [Int] {
        let numbers = sent[peer].map { Int($0.header.sequenceNumber) }
        return zip(numbers, numbers.dropFirst()).map { $1 - $0 }.filter { $0 != 1 }
    }

    /// The longest time between two packets toward a peer, and since the last one [ms].
    func longestPause(toward peer: Int) -> Int {
        let moments = sent[peer].map(\.at) + [now]
        return zip(moments, moments.dropFirst()).map { Int(($1 - $0).milliseconds) }.max() ?? 0
    }

    /// How often the timestamps toward a peer do not go forward between two packets of audio.
    func stepsBack(toward peer: Int) -> Int {
        let stamps = sent[peer].filter { $0.header.payloadType != Self.event.payloadType }.map(\.header.timestamp)
        return zip(stamps, stamps.dropFirst()).filter { Int32(bitPattern: $1 &- $0) <= 0 }.count
    }

    /// 20 ms that are no silence in either law.
    static let sound = [UInt8]((0..<160).map { $0 % 8 < 4 ? 0x90 : 0x10 })

    static func digit(_ code: UInt8, duration: UInt16, isEnd: Bool = false) -> [UInt8] {
        [code, isEnd ? 0x8a : 0x0a, UInt8(duration >> 8), UInt8(duration & 0xff)]
    }

    private func collect() {
        for datagram in output.datagrams {
            let bytes = output.bytes(of: datagram)
            if [.stun, .dtls].contains(PacketKind.classify(bytes)) { handshakes.append((bytes.array, datagram.destination)) }
            let peer = datagram.slot
            datagrams[peer].append(bytes.array)
            if PacketKind.classify(bytes) == .rtcp {
                reports[peer] += 1
                reportMoments[peer].append(now)
            }
            guard PacketKind.classify(bytes) == .rtp, let header = RTPHeader.parse(bytes) else { continue }
            let all = bytes.array
            sent[peer].append(Sent(header: header, payload: Array(all.dropFirst(header.headerLength)), bytes: all, at: now))
        }
        events += output.events
        late.put(output.takeHandshakes(), at: now)
        output.removeAll()
    }
}
