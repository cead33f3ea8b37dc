import RTP
import SRTP
import Wire

/// One end of a call: its stream toward the daemon, and its account of what comes back.
final class MediaLeg {
    /// Behind the payload's end stands who sent it and which packet it is, where the daemon only relays.
    static let stampLength = 8
    private static let stampMark: UInt32 = 0xa5
    /// How many packets a delay may span: ten seconds.
    private static let memory = 512

    let side: Side
    /// Of all legs, from 0; below 2^24.
    let number: Int
    let codec: AudioCodec
    let isStamped: Bool
    /// When in each 20 ms it sends.
    let slot: Int
    /// Which of the side's sockets.
    let socket: Int
    let source: FrameSource

    // Where the daemon is.
    var remoteAddress: UInt32 = 0
    var remotePort: UInt16 = 0
    var remoteRTCPPort: UInt16 = 0
    var payloadType: UInt8
    /// What protects our packets, if we have offered or answered SDES.
    var ownKey: SRTPKey?
    var outbound: SRTPTransform?
    var inbound: SRTPTransform?

    // What we send.
    var isSending = false
    private var pausedAt: Int64?
    private(set) var nextFrame: Int
    let ssrc: UInt32
    private(set) var sequence: UInt16
    private(set) var timestamp: UInt32
    /// Counts the packets that were really sent; the next one's number.
    private(set) var counter: UInt32 = 0
    private(set) var octets: UInt32 = 0
    /// 20 ms each, sent or not.
    private(set) var ticks = 0
    /// When which packet left [ns], by the counter.
    private var departures: [Int64]

    // What we hear.
    /// When the first packet came [ns].
    var firstArrival: Int64?
    var packetsHeard = 0
    var relay = RelayAccount()
    var frames: FrameAccount
    var recorder: Recorder?

    init(side: Side, number: Int, profile: Profile, slot: Int, socket: Int, source: FrameSource, random: inout SplitMix64) {
        self.side = side
        self.number = number
        codec = profile.codec(side)
        payloadType = codec.payloadType
        isStamped = !profile.isTranscoding
        self.slot = slot
        self.socket = socket
        self.source = source
        nextFrame = Int.random(in: 0..<source.count, using: &random)
        ssrc = UInt32(truncatingIfNeeded: random.next())
        sequence = UInt16(truncatingIfNeeded: random.next()) >> 1
        timestamp = UInt32(truncatingIfNeeded: random.next()) >> 1
        departures = isStamped ? [Int64](repeating: 0, count: Self.memory) : []
        frames = FrameAccount(frameTicks: Int32(codec.frameTicks))
        if profile.security(side) == .sdes {
            ownKey = SRTPKey(suite: .aesCM128HMACSHA1_80, keyAndSalt: (0..<30).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
    }

    /// - Returns: the length of the next packet, written to `room`; `nil` if it cannot be protected.
    func writePacket(to room: MutableBytes) -> Int? {
        var header = RTPHeader(payloadType: payloadType, marker: ticks == 0, sequenceNumber: sequence, timestamp: timestamp, ssrc: ssrc)
        header.headerLength = RTPHeader.fixedLength
        guard header.write(to: room) else { return nil }
        let frame = source.frame(nextFrame)
        room.copy(frame, to: RTPHeader.fixedLength)
        var length = RTPHeader.fixedLength + frame.count
        if isStamped {
            length = max(length, RTPHeader.fixedLength + 2 * Self.stampLength)
            room.set32(length - 8, Self.stampMark << 24 | UInt32(truncatingIfNeeded: number))
            room.set32(length - 4, counter)
        }
        octets &+= UInt32(truncatingIfNeeded: length - RTPHeader.fixedLength)
        counter &+= 1
        advance()
        guard let outbound else { return length }
        return outbound.protectRTP(room, length: length)
    }

    func pause(at now: Int64) {
        isSending = false
        pausedAt = now
    }

    /// Sends again; the timestamps move on by the pause, as those of a sender that was silent do.
    func resume(at now: Int64) {
        isSending = true
        guard let pausedAt else { return }
        timestamp &+= UInt32(truncatingIfNeeded: (now - pausedAt) / FrameAccount.frameTime) &* codec.frameTicks
        self.pausedAt = nil
    }

    /// The packet of this tick is lost on its way.
    func skipPacket() { advance() }

    private func advance() {
        recorder?.noteSent(frame: nextFrame)
        sequence &+= 1
        timestamp &+= codec.frameTicks
        ticks += 1
        nextFrame += 1
        if nextFrame == source.count { nextFrame = 0 }
    }

    /// The packet with that number left.
    @inline(__always) func noteDeparture(of counter: UInt32, at now: Int64) {
        if isStamped { departures[Int(counter) & (Self.memory - 1)] = now }
    }

    /// When a packet of ours left [ns]; `nil` for one that is too long ago.
    func departure(of counter: UInt32) -> Int64? {
        let age = self.counter &- counter
        guard isStamped, age > 0, age <= UInt32(Self.memory) else { return nil }
        return departures[Int(counter) & (Self.memory - 1)]
    }

    /// Who sent this payload, and which packet it is; `nil` for one that is not ours.
    static func stamp(in payload: Bytes) -> (leg: Int, counter: UInt32)? {
        guard let mark = payload.u32(payload.count - 8), mark >> 24 == stampMark,
              let counter = payload.u32(payload.count - 4) else { return nil }
        return (Int(mark & 0xff_ffff), counter)
    }

    /// The next RTCP: a sender report with a name.
    func writeReport(to room: MutableBytes, at now: Int64) -> Int? {
        let ntp = NTPTime.timestamp(unixNanoseconds: now)
        let info = SenderInfo(ntp: ntp, rtpTimestamp: timestamp, packetCount: counter, octetCount: octets)
        let name: [UInt8] = Array("load".utf8)
        guard let length = name.withBytes({
            RTCPWriter.writeReport(into: room, ssrc: ssrc, sender: info, block: nil, canonicalName: $0, goodbye: false)
        }) else { return nil }
        guard let outbound else { return length }
        return outbound.protectRTCP(room, length: length)
    }
}
