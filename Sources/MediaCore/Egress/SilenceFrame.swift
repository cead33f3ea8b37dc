import Codecs
import Wire

/// Payloads of silence that need no encoder.
enum SilenceFrame {
    /// What fits in a datagram: 480 are 60 ms of G.711, and L16 takes the rest [bytes].
    static let maximumLength = Call.maximumPayloadLength

    /// Writes a payload of silence; its length, or `nil` for a format that has none here.
    /// - Parameter packetTime: 10 to 60 [ms]; an Opus frame is always one of 20 ms, for what follows it may follow soon.
    static func write(_ payload: PayloadPlan, packetTime: Int, to body: MutableBytes) -> Int? {
        switch payload.format {
        case .opus: writeOpus(packetTime: 20, to: body)
        case .pcmu: fill(body, with: G711.silence(.mu), count: packetTime * 8)
        case .pcma: fill(body, with: G711.silence(.a), count: packetTime * 8)
        case .g722: fill(body, with: G722.silence, count: packetTime * G722.bytesPerMillisecond)
        case .l16: fill(body, with: 0, count: payload.clockRate / 1000 * payload.packetTime(upTo: packetTime) * 2 * payload.channels)
        default: nil
        }
    }

    /// The same for as long as a packet of audio lasts; `nil` for a format whose silence isn't known here, and where it does not fit.
    static func write(_ format: PayloadFormat, inPlaceOf payload: Bytes, to body: MutableBytes) -> Int? {
        switch format {
        case .opus: OpusPacket.duration(payload).flatMap { writeOpus(ticks: $0, to: body) }
        case .pcmu: fill(body, with: G711.silence(.mu), count: payload.count)
        case .pcma: fill(body, with: G711.silence(.a), count: payload.count)
        case .g722: fill(body, with: G722.silence, count: payload.count)
        case .l16, .other("L16"): fill(body, with: 0, count: payload.count)
        default: nil
        }
    }

    /// CELT frames with the silence flag set (RFC 6716 section 4.3), one channel, narrow band, so that no peer gets more
    /// bandwidth than it asked for.
    ///
    /// Whatever a decoder was fed before, it cross-fades into this frame within 5 ms and then puts out zeros. A frame of
    /// SILK does so only where the decoder runs at that frame's rate, and clicks where it has to change it (measured: a step
    /// five times the steepest one of the speech); one of the TOC byte alone makes a decoder carry on the last vowel.
    ///
    /// - Parameter packetTime: 10 to 120 in steps of 10 [ms].
    static func writeOpus(packetTime: Int, to body: MutableBytes) -> Int? { writeOpus(ticks: packetTime * 48, to: body) }

    /// - Parameter ticks: 120, 240, or up to 5760 in steps of 480 [ticks of 48 kHz]; what is longer than a frame takes several (RFC 6716
    ///   section 3.2).
    private static func writeOpus(ticks: Int, to body: MutableBytes) -> Int? {
        let unit = ticks % 960 == 0 ? 960 : ticks % 480 == 0 ? 480 : ticks
        let configuration: Int
        switch unit {
        case 120: configuration = 16
        case 240: configuration = 17
        case 480: configuration = 18
        case 960: configuration = 19
        default: return nil
        }
        guard ticks > 0, ticks <= 5760 else { return nil }
        let frames = ticks / unit
        let head = frames > 2 ? 2 : 1
        guard body.count >= head + 2 * frames else { return nil }
        // Configurations 16 to 19 are CELT, narrow band; the lowest bits say how many frames there are.
        body.set8(0, UInt8(truncatingIfNeeded: configuration << 3 | (frames > 2 ? 3 : frames - 1)))
        if head == 2 { body.set8(1, UInt8(truncatingIfNeeded: frames)) }
        for frame in 0..<frames { body.set16(head + 2 * frame, 0xfffe) }
        return head + 2 * frames
    }

    private static func fill(_ body: MutableBytes, with code: UInt8, count: Int) -> Int? {
        guard let window = body.slice(0, count), let base = window.base else { return nil }
        base.initializeMemory(as: UInt8.self, repeating: code, count: count)
        return count
    }
}
