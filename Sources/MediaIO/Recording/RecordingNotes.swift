import Glibc

/// A description that came into force while the call was recorded.
public struct RecordedDescription: Sendable {
    /// `offer` or `answer`.
    public var kind: String
    /// What we sent.
    public var sdp: String
    /// Unix time [us].
    public var time: Int64

    public init(kind: String, sdp: String, time: Int64) {
        self.kind = kind
        self.sdp = sdp
        self.time = time
    }
}

/// How a recording ends.
public struct RecordingEnd: Sendable {
    /// Unix time [us].
    public var callBegan: Int64
    /// Unix time of the recording's end [us].
    public var ended: Int64
    /// The call is over too.
    public var callIsOver: Bool
    /// As the client sent it.
    public var metadata: String?
    /// Whether the files stay.
    public var isKept: Bool

    public init(callBegan: Int64, ended: Int64, callIsOver: Bool, metadata: String?, isKept: Bool) {
        self.callBegan = callBegan
        self.ended = ended
        self.callIsOver = callIsOver
        self.metadata = metadata
        self.isKept = isKept
    }
}

/// The text beside a recording, as rtpengine writes it: the path, the descriptions, when the call was, what its client said of it.
enum RecordingNotes {
    static func head(_ path: String) -> String { "\(path)\n\n" }

    /// - Parameter packets: that were recorded before.
    static func text(_ description: RecordedDescription, packets: Int) -> String {
        """

        Timestamp started ms: \(milliseconds(description.time))
        SDP mode: \(description.kind)
        SDP before RTP packet: \(packets + 1)

        \(description.sdp)
        """
    }

    static func tail(_ end: RecordingEnd) -> String {
        let text = """

            Timestamp terminated ms(first monologue): \(end.callIsOver ? milliseconds(end.ended) : "0.000")

            call start time: \(localTime(end.callBegan))
            call end time: \(localTime(end.ended))

            """
        return text + (end.metadata.map { "\n\n\($0)\n" } ?? "")
    }

    private static func milliseconds(_ time: Int64) -> String {
        let rest = String(time % 1000)
        return "\(time / 1000).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest)"
    }

    private static func localTime(_ time: Int64) -> String {
        var seconds = time_t(time / 1_000_000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let base = buffer.baseAddress, strftime(base, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts) > 0 else { return "" }
            return String(cString: base)
        }
    }
}
