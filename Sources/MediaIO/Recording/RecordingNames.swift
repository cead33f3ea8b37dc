public import MediaCore

/// Where a recording is written to and in what form. Directories that are missing are made; a file that is there already is left alone,
/// and the recording's gets a number behind its name.
public struct RecordingNames: Sendable, Equatable {
    /// Packets.
    public var capture: String?
    public var format = CaptureFormat.raw
    /// Audio, in two channels.
    public var audio: String?
    /// Of the audio [Hz].
    public var sampleRate = 8000
    /// What the call was, as text: where it is while the recording lasts.
    public var unfinishedNotes: String?
    /// Where it is moved to at the end.
    public var notes: String?

    public init() {}
}

/// Why a file is not written: an errno value.
public struct RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    public var path: String
    public var errno: Int32

    public var description: String { "cannot write \(path): errno \(errno)" }
}
