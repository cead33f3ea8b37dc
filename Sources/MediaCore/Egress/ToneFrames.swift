import Codecs
import RTP
import Wire

/// Frames of 20 ms with the tones of digits in them, for a peer that knows no telephone-event.
final class ToneFrames {
    let encoding: PayloadPlan
    private let encoder: AudioEncoder
    private let frame: UnsafeMutableBufferPointer<Int16>
    private var tone: ToneGenerator?
    /// How long the event has lasted that `tone` is of, as its last packet said [samples].
    private var sounded: UInt16 = 0

    /// Of the PCM, and of the durations of events that no payload type has a rate for [Hz].
    private static let sampleRate = 8000

    /// `nil` for a format that can't be encoded.
    init?(_ encoding: PayloadPlan) {
        let packetTime = TelephoneEventSender.interval
        guard let encoder = AudioEncoder(encoding, sampleRate: Self.sampleRate, packetTime: packetTime) else { return nil }
        self.encoding = encoding
        self.encoder = encoder
        frame = .allocate(capacity: Self.sampleRate * TelephoneEventSender.interval / 1000)
        frame.initialize(repeating: 0)
    }

    deinit { frame.deallocate() }

    /// Makes a frame of what a packet would have said: by as much as the event's duration has grown the tone goes on, the rest is silence.
    func makeFrame(_ packet: TelephoneEventSender.Packet?, thrift: EncodingThrift, into room: MutableBytes) -> AudioEncoder.Payload? {
        frame.update(repeating: 0)
        if let packet { sound(packet) }
        return encoder.encode(UnsafeBufferPointer(frame), thrift: thrift, into: room)
    }

    private func sound(_ packet: TelephoneEventSender.Packet) {
        if packet.marker {
            tone = DTMFDigit(code: packet.event.code).map { ToneGenerator($0, volume: Int(packet.event.volume)) }
            sounded = 0
        }
        // In the next segment of a long event the count begins anew (RFC 4733 section 2.5.1.3).
        let duration = packet.event.duration
        let length = min(Int(duration >= sounded ? duration - sounded : duration), frame.count)
        sounded = duration
        if length > 0 { tone?.generate(into: UnsafeMutableBufferPointer(rebasing: frame[..<length])) }
    }
}
