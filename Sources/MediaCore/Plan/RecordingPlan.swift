/// What of a call is put out for its recording (`CallOutput.recordings`).
public struct RecordingPlan: Sendable, Equatable {
    /// Tells one recording from the next; unique while the process lives.
    public var id: UInt64
    public var packets: RecordedPackets
    /// Of the audio, 8000 or 16000 [Hz]; `nil` for no audio. It never changes while the recording lasts.
    public var sampleRate: Int?
    /// Packets are left out and audio is silence meanwhile.
    public var isPaused = false
    /// Participants of whom nothing is recorded.
    public var excluded: [Int] = []

    public init(id: UInt64, packets: RecordedPackets = [], sampleRate: Int? = nil) {
        self.id = id
        self.packets = packets
        self.sampleRate = sampleRate
    }
}

/// Which packets of a call are recorded, as RTP and RTCP in the clear.
public struct RecordedPackets: OptionSet, Sendable, Equatable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// As they came, once they are known to be genuine.
    public static let received = Self(rawValue: 1 << 0)
    /// As they leave.
    public static let sent = Self(rawValue: 1 << 1)
}
