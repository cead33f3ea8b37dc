import MediaCore
import NGProtocol

extension CallSession {
    /// The call in one line: why it ended, how long it was, and what each party sent and got.
    func summary(_ reason: CallEnd, _ statistics: CallStatistics) -> String {
        let milliseconds = max(0, environment.unixMicroseconds &- created) / 1_000
        let head = "ended: \(reason.rawValue) after \(milliseconds / 1_000).\(Self.padded(milliseconds % 1_000)) s"
        let parties = statistics.media.enumerated().map { index, media in
            "; \(tag(ofMedia: index)?.printable ?? "?"): \(Self.line(media))"
        }
        let drops = zip(DropReason.allCases, statistics.drops).filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
        return head + parties.joined() + (drops.isEmpty ? "" : "; dropped: " + drops.joined(separator: ", "))
    }

    private static func line(_ media: MediaStatistics) -> String {
        var parts = ["received \(media.rtpIn.packets)", "sent \(media.rtpOut.packets)"]
        let lost = media.received.reduce(Int64(0)) { $0 &+ $1.cumulativeLoss }
        if lost != 0 { parts.append("lost \(lost)") }
        if let stream = media.received.last {
            parts.append("jitter \(tenths(stream.jitter)) ms")
            if let average = stream.average { parts.append("MOS \(tenths(average.mos))") }
        }
        if media.received.count > 1 { parts.append("SSRCs \(media.received.count)") }
        if media.digitsReceived > 0 { parts.append("digits \(media.digitsReceived)") }
        if media.isTranscoding { parts.append("transcoding") }
        if media.thriftyFrames > 0 { parts.append("encoded sparingly \(media.thriftyFrames)") }
        return parts.joined(separator: ", ")
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int(exactly: (value * 10).rounded()) ?? 0
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func padded(_ milliseconds: Int64) -> String {
        let text = String(milliseconds)
        return String(repeating: "0", count: max(0, 3 - text.count)) + text
    }
}
