/// A recording in place of the source's audio. At its end the source is heard again, though the plan still names it;
/// `CallEvent.playbackEnded` says so.
public struct PlaybackPlan: Sendable, Equatable {
    public var clip: AudioClip
    /// Tells one playing from the next; the same number of the same clip goes on where it is, or stays at its end, another one begins anew.
    public var id: UInt64
    /// How often it is played; `nil` for over and over.
    public var repetitions: Int?
    /// Where in the clip it begins, the first time [ms].
    public var start: Int
    /// It ends after this much audio, whatever `repetitions` says [ms]; `nil` for no limit.
    public var longest: Int?

    public init(clip: AudioClip, id: UInt64 = 0, repetitions: Int? = nil, start: Int = 0, longest: Int? = nil) {
        self.clip = clip
        self.id = id
        self.repetitions = repetitions
        self.start = start
        self.longest = longest
    }
}
