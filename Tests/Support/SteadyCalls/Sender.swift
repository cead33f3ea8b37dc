import Codecs
import ICE
public import MediaCore
import RTP
import SRTP
public import Wire

/// One peer: a second of a tone, or of the audio that it is given, encoded once, sent over and over under fresh headers.
public final class Sender {
    public let slot: Int
    public let address: TransportAddress
    private let peer: Scenario.Peer
    private let ourKey: SRTPKey?
    private let peerKey: SRTPKey?
    private let transform: SRTPTransform?
    private let payloads: [[UInt8]]
    private let packet = UnsafeMutableRawPointer.allocate(byteCount: 2048, alignment: 16)
    private var sequence: UInt16 = 1
    private let ice: ICEAgent?
    private var timestamp: UInt32 = 1
    private var steps = 0

    /// - Parameter audio: at 8000 Hz; `nil` for the tone.
    public init?(_ peer: Scenario.Peer, slot: Int, audio: [Int16]? = nil) {
        guard let address = TransportAddress("192.0.2.\(slot + 1)", port: 4000) else { return nil }
        self.peer = peer
        self.slot = slot
        self.address = address
        ourKey = peer.suite.flatMap { Self.key($0, filler: 1) }
        peerKey = peer.suite.flatMap { Self.key($0, filler: 2) }
        transform = peerKey.flatMap { try? SRTPTransform.make($0, direction: .outbound) }
        let usual = peer.pressesTones ? Self.digits : peer.pauses ? Self.interruptedTone : Self.tone
        payloads = Self.encode(audio ?? usual, peer.format)
        ice = peer.hasICE ? Self.makeAgent(slot: slot, address: address) : nil
        if payloads.isEmpty || (peer.suite != nil && transform == nil) { return nil }
    }

    deinit { packet.deallocate() }

    private static func key(_ suite: SRTPSuite, filler: UInt8) -> SRTPKey? {
        SRTPKey(suite: suite, keyAndSalt: Array(repeating: filler, count: suite.masterKeyLength + suite.masterSaltLength))
    }

    private static let ourCredentials = ICECredentials(ufrag: "ours", password: "ours-ours-ours-ours-ours")
    private static let peerCredentials = ICECredentials(ufrag: "theirs", password: "theirs-theirs-theirs-theirs")

    private static func makeAgent(slot: Int, address: TransportAddress) -> ICEAgent {
        let agent = ICEAgent(localCredentials: peerCredentials, isControlling: false, isLite: true, tieBreaker: 1, seed: 1)
        agent.setLocalCandidates([LocalCandidate(slot: slot, address: address, priority: 1)])
        agent.setRemote(credentials: ourCredentials, candidates: [], isLite: false, at: MonotonicInstant(nanoseconds: 0))
        return agent
    }

    private var icePlan: ICEPlan? {
        guard peer.hasICE else { return nil }
        let candidate = ICECandidate(foundation: "1", component: 1, priority: 1, address: address, kind: .host)
        return ICEPlan(
            localCredentials: Self.ourCredentials, remoteCredentials: Self.peerCredentials, remoteCandidates: [candidate],
            isControlling: true, remoteIsLite: true, tieBreaker: 2)
    }

    /// Takes a STUN message of the call.
    public func receive(_ datagram: Bytes, at now: MonotonicInstant) {
        guard let ice, PacketKind.classify(datagram) == .stun else { return }
        _ = ice.receive(datagram, slot: slot, from: Self.local(slot), at: now)
        while ice.nextEvent() != nil {}
    }

    public func nextAnswer() -> MutableBytes? {
        let room = MutableBytes(packet, count: 2048)
        guard let ice, let message = ice.drain(into: room) else { return nil }
        return room.slice(0, message.length)
    }

    private static let tone = (0..<8000).map { Int16(truncatingIfNeeded: $0 * 5000 % 16000 - 8000) }

    private static let interruptedTone = Array(tone[..<4000]) + [Int16](repeating: 0, count: 4000)

    /// A quiet second with a digit of 100 ms in either half of it.
    private static var digits: [Int16] {
        var samples = tone.map { $0 / 8 }
        for (place, code) in [(800, UInt8(5)), (4800, 9)] {
            guard let digit = DTMFDigit(code: code) else { continue }
            var generator = ToneGenerator(digit)
            samples[place..<place + 800].withUnsafeMutableBufferPointer { generator.generate(into: $0) }
        }
        return samples
    }

    private static func encode(_ audio: [Int16], _ format: PayloadFormat) -> [[UInt8]] {
        let encoder = format == .opus ? try? OpusEncoder(.init(sampleRate: 8000)) : nil
        let wideband = format == .g722 ? try? G722Encoder(sampleRate: 8000) : nil
        return (0..<audio.count / 160).compactMap { frame in
            var bytes = [UInt8](repeating: 0, count: 1000)
            let length = audio[(frame * 160)..<(frame * 160 + 160)].withUnsafeBufferPointer { samples in
                bytes.withMutableBytes { room -> Int? in
                    if format == .opus { return encoder?.encode(samples, into: room) }
                    if format == .g722 { return wideband?.encode(samples, into: room) }
                    // Two channels of it are as long as one at twice the rate.
                    if format == .l16 { return L16.encode(samples, channels: 2, into: room) }
                    return G711.encode(samples, law: format == .pcma ? .a : .mu, into: room)
                }
            }
            return length.map { Array(bytes.prefix($0)) }
        }
    }

    private var noise: [PayloadPlan] {
        peer.pausesInNoise ? [PayloadPlan(payloadType: 13, format: .comfortNoise, clockRate: peer.payload.clockRate)] : []
    }

    public func plan(source: Int) -> MediaPlan {
        let socket = LocalSocket(slot: slot, local: Self.local(slot), advertised: Self.local(slot))
        let security: SecurityPlan = ourKey.map { .sdes(local: $0, remote: peerKey) } ?? .none
        let transport = TransportPlan(rtpSockets: [socket], rtcpMux: true, remoteRTP: address, ice: icePlan, security: security)
        return MediaPlan(
            participant: slot, transport: transport, receivePayloads: [peer.payload, Self.event] + noise,
            sendPayloads: [peer.payload, Self.event], ssrc: UInt32(slot + 1), cname: "gate", source: source)
    }

    private static func local(_ slot: Int) -> TransportAddress {
        TransportAddress(ip: IPAddress(v4: 0x7f00_0001), port: UInt16(30_000 + slot))
    }

    private static let event = PayloadPlan(payloadType: 126, format: .telephoneEvent, clockRate: 8000)

    public func nextPacket() -> MutableBytes? {
        let room = MutableBytes(packet, count: 2048)
        steps += 1
        if peer.pausesInNoise, steps / 50 % 2 == 1, steps % 50 > 0 {
            timestamp &+= UInt32(peer.payload.clockRate / 50)
            return nil
        }
        defer {
            sequence &+= 1
            timestamp &+= UInt32(peer.payload.clockRate / 50)
        }
        if peer.losesEvery > 0, sequence % peer.losesEvery == 0 { return nil }
        if peer.isVideo, sequence % 10 == 0 { return report(room) }
        if peer.pausesInNoise, steps / 50 % 2 == 1 { return writeNoise(room) }
        guard let length = peer.pressesDigits && sequence % 200 < 10 ? writeEvent(room) : writeAudio(room) else { return nil }
        guard let transform else { return room.slice(0, length) }
        return transform.protectRTP(room, length: length).flatMap { room.slice(0, $0) }
    }

    private func writeAudio(_ room: MutableBytes) -> Int? {
        let header = RTPHeader(
            payloadType: peer.payloadType, marker: false, sequenceNumber: sequence, timestamp: timestamp,
            ssrc: peer.isVideo ? UInt32(9 + sequence % 3) : 9)
        let length = payloads[Int(sequence) % payloads.count].withBytes { payload -> Int in
            room.copy(payload, to: RTPHeader.fixedLength)
            return RTPHeader.fixedLength + payload.count
        }
        return header.write(to: room) ? length : nil
    }

    private func writeNoise(_ room: MutableBytes) -> MutableBytes? {
        let header = RTPHeader(payloadType: 13, marker: false, sequenceNumber: sequence, timestamp: timestamp, ssrc: 9)
        guard header.write(to: room), room.set8(RTPHeader.fixedLength, 50) else { return nil }
        return room.slice(0, RTPHeader.fixedLength + 1)
    }

    /// A receiver report without blocks.
    private func report(_ room: MutableBytes) -> MutableBytes? {
        room.set32(0, 0x80c9_0001)
        room.set32(4, 9)
        guard let transform else { return room.slice(0, 8) }
        return transform.protectRTCP(room, length: 8).flatMap { room.slice(0, $0) }
    }

    /// One of the ten packets of a digit of 160 ms, three end packets among them (RFC 4733).
    private func writeEvent(_ room: MutableBytes) -> Int? {
        let number = sequence % 200
        let start = timestamp &- UInt32(number) &* UInt32(peer.payload.clockRate / 50)
        let header = RTPHeader(payloadType: 126, marker: number == 0, sequenceNumber: sequence, timestamp: start, ssrc: 9)
        let event = TelephoneEvent(code: 5, isEnd: number >= 7, volume: 10, duration: min(number + 1, 8) * 160)
        guard let body = room.slice(RTPHeader.fixedLength, TelephoneEvent.payloadLength), event.write(to: body),
              header.write(to: room) else { return nil }
        return RTPHeader.fixedLength + TelephoneEvent.payloadLength
    }
}
