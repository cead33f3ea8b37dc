import Codecs
import Wire

/// Payloads of silence that need no encoder.
enum SilenceFrame {
    /// 60 ms of G.711 [bytes].
    static let maximumLength = 480

    /// Writes a payload of silence; its length, or `nil` for a format that has none here.
    /// - Parameter packetTime: of G.711, 10 to 60 [ms]; an Opus frame is always one of 20 ms.
    static func write(_ format: PayloadFormat, packetTime: Int, to body: MutableBytes) -> Int? {
        switch format {
        case .opus: writeOpus(to: body)
        case .pcmu: fill(body, with: G711.silence(.mu), count: packetTime * 8)
        case .pcma: fill(body, with: G711.silence(.a), count: packetTime * 8)
        default: nil
        }
    }

    /// A CELT frame with the silence flag set (RFC 6716 section 4.3), one channel, narrow band, so that no peer gets more
    /// bandwidth than it asked for.
    ///
    /// Whatever a decoder was fed before, it cross-fades into this frame within 5 ms and then puts out zeros. A frame of
    /// SILK does so only where the decoder runs at that frame's rate, and clicks where it has to change it (measured: a step
    /// five times the steepest one of the speech); one of the TOC byte alone makes a decoder carry on the last vowel.
    private static func writeOpus(to body: MutableBytes) -> Int? {
        guard body.count >= 3 else { return nil }
        body.set8(0, 0x98)
        body.set16(1, 0xfffe)
        return 3
    }

    private static func fill(_ body: MutableBytes, with code: UInt8, count: Int) -> Int? {
        guard let window = body.slice(0, count), let base = window.base else { return nil }
        base.initializeMemory(as: UInt8.self, repeating: code, count: count)
        return count
    }
}
