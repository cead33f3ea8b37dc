import Codecs
import Wire

/// Payloads of silence that need no encoder.
enum SilenceFrame {
    /// 60 ms of G.711 [bytes].
    static let maximumLength = 480

    /// Writes a payload of silence; its length, or `nil` for a format that has none here.
    /// - Parameter packetTime: of G.711, 10 to 60 [ms]; an Opus frame is always one of 20 ms, for what follows it may follow soon.
    static func write(_ format: PayloadFormat, packetTime: Int, to body: MutableBytes) -> Int? {
        switch format {
        case .opus: writeOpus(packetTime: 20, to: body)
        case .pcmu: fill(body, with: G711.silence(.mu), count: packetTime * 8)
        case .pcma: fill(body, with: G711.silence(.a), count: packetTime * 8)
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
    /// - Parameter packetTime: 10, 20, 40 or 60 [ms]; the last two take two and three frames (RFC 6716 section 3.2).
    static func writeOpus(packetTime: Int, to body: MutableBytes) -> Int? {
        let frames = max(1, packetTime / 20)
        let head = frames > 2 ? 2 : 1
        guard [10, 20, 40, 60].contains(packetTime), body.count >= head + 2 * frames else { return nil }
        // Configurations 18 and 19 are CELT, narrow band, of 10 and 20 ms; the lowest bits say how many frames there are.
        body.set8(0, (packetTime == 10 ? 18 : 19) << 3 | UInt8(truncatingIfNeeded: frames > 2 ? 3 : frames - 1))
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
