import Codecs
import RTP
import Wire

/// The sending half of a peer: speech in 20 ms frames (or others), digits as telephone-events, one RTP stream.
///
/// It can be made to misbehave as real PBXs do: a new SSRC, a jump of timestamps or numbers, a pause.
struct SpeechSender {
    struct Format {
        var payloadType: UInt8
        var codec: SimulatedCodec
        var eventPayloadType: UInt8?
        /// Units of the event's duration field a second.
        var eventClockRate = 8000
        /// [ms]
        var packetTime = 20
    }

    private(set) var ssrc: UInt32
    var format: Format {
        didSet { encoder = FrameEncoder(format.codec, sampleRate: sampleRate, packetTime: format.packetTime) }
    }
    /// Of the speech that is given to it [Hz].
    let sampleRate: Int
    private var encoder: FrameEncoder?
    private var speech: [Int16] = []
    private var position = 0
    private var digits: [UInt8] = []
    private var pressing: (code: UInt8, elapsed: Int, timestamp: UInt32, endsLeft: Int)?
    private var digitPauseLeft = 0
    private var pause = 0
    private var sequence: UInt16
    private var timestamp: UInt32
    private var startsSpurt = true
    private(set) var firstPacket: MonotonicInstant?
    private(set) var isSounding = false
    private(set) var packets = 0
    private(set) var octets = 0
    private(set) var digitsSent: [UInt8] = []
    /// What is sent when there is no speech left: nothing, or frames of silence.
    var fillsWithSilence = true

    /// How long a digit is held, and the pause after it [ms].
    static let digitDuration = 160
    static let digitPause = 200
    /// Recorded silence stays below it.
    static let soundThreshold: UInt16 = 500

    init(format: Format, sampleRate: Int, ssrc: UInt32, sequence: UInt16, timestamp: UInt32) {
        self.format = format
        self.sampleRate = sampleRate
        self.ssrc = ssrc
        self.sequence = sequence
        self.timestamp = timestamp
        encoder = FrameEncoder(format.codec, sampleRate: sampleRate, packetTime: format.packetTime)
    }

    mutating func play(_ samples: [Int16]) {
        speech = Array(speech[position...]) + samples
        position = 0
    }

    mutating func press(_ code: UInt8) { digits.append(code) }

    /// As Asterisk does at a bridge: everything about the stream is new.
    mutating func changeSSRC(to new: UInt32, sequence: UInt16, timestamp: UInt32) {
        ssrc = new
        self.sequence = sequence
        self.timestamp = timestamp
        startsSpurt = true
    }

    mutating func jumpTimestamps(by ticks: UInt32) { timestamp = timestamp &+ ticks }

    /// Sends nothing for this long; the timestamps go on by the clock.
    mutating func pause(milliseconds: Int) { pause += milliseconds }

    var isSpeaking: Bool { position < speech.count || pressing != nil || !digits.isEmpty }
    var lastTimestamp: UInt32 { timestamp }

    /// The packets of one packet time.
    mutating func tick(at now: MonotonicInstant) -> [[UInt8]] {
        isSounding = false
        let result = tick()
        timestamp = timestamp &+ UInt32(format.codec.clockRate * format.packetTime / 1000)
        if !result.isEmpty { firstPacket = firstPacket ?? now }
        return result
    }

    private mutating func tick() -> [[UInt8]] {
        if pause > 0 {
            pause -= format.packetTime
            startsSpurt = true
            return []
        }
        digitPauseLeft -= min(digitPauseLeft, format.packetTime)
        if pressing == nil, digitPauseLeft == 0, let code = digits.first, format.eventPayloadType != nil {
            digits.removeFirst()
            digitsSent.append(code)
            pressing = (code, 0, timestamp, 3)
        }
        if pressing != nil { return eventPackets() }
        return audioPacket()
    }

    private mutating func audioPacket() -> [[UInt8]] {
        let count = sampleRate * format.packetTime / 1000
        guard position < speech.count || fillsWithSilence else {
            startsSpurt = true
            return []
        }
        var frame = Array(speech[position..<min(position + count, speech.count)])
        frame += Array(repeating: 0, count: count - frame.count)
        position = min(position + count, speech.count)
        isSounding = frame.contains { $0.magnitude > Self.soundThreshold }
        guard let payload = encoder?.encode(frame) else { return [] }
        defer { startsSpurt = false }
        return [packet(payload, payloadType: format.payloadType, marker: startsSpurt, timestamp: timestamp)]
    }

    private mutating func eventPackets() -> [[UInt8]] {
        guard var event = pressing, let payloadType = format.eventPayloadType else { return [] }
        event.elapsed += format.packetTime
        let isEnd = event.elapsed >= Self.digitDuration
        let duration = UInt16(clamping: min(event.elapsed, Self.digitDuration) * format.eventClockRate / 1000)
        var payload = [UInt8](repeating: 0, count: TelephoneEvent.payloadLength)
        let wire = TelephoneEvent(code: event.code, isEnd: isEnd, volume: 10, duration: duration)
        payload.withMutableBytes { _ = wire.write(to: $0) }
        let marker = event.elapsed == format.packetTime
        let result = packet(payload, payloadType: payloadType, marker: marker, timestamp: event.timestamp)
        if isEnd { event.endsLeft -= 1 }
        pressing = event
        if event.endsLeft == 0 {
            pressing = nil
            digitPauseLeft = Self.digitPause
            startsSpurt = true
        }
        return [result]
    }

    private mutating func packet(_ payload: [UInt8], payloadType: UInt8, marker: Bool, timestamp: UInt32) -> [UInt8] {
        let header = RTPHeader(payloadType: payloadType, marker: marker, sequenceNumber: sequence, timestamp: timestamp, ssrc: ssrc)
        sequence &+= 1
        packets += 1
        octets += payload.count
        var bytes = [UInt8](repeating: 0, count: RTPHeader.fixedLength)
        bytes.withMutableBytes { _ = header.write(to: $0) }
        return bytes + payload
    }
}
