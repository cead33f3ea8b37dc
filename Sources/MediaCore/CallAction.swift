/// What a call is asked to do once, beside what its plan says it shall be.
public enum CallAction: Sendable, Equatable {
    /// `play DTMF`: the legs that hear m-line `media` hear these digits as if its peer had pressed them: as events, or as tones where the
    /// peer knows none. Up to 64 wait for a leg. They are not reported as received, and no treatment keeps them back.
    case playDigits([PlayedDigit], media: Int)
}

/// One digit to be made by us (RFC 4733 section 3.2).
public struct PlayedDigit: Sendable, Equatable {
    /// 0 to 15.
    public var code: UInt8
    /// [ms]
    public var duration: Int
    /// Silence behind it, at least 40 ms [ms].
    public var pause: Int
    /// 0 to 63 [-dBm0].
    public var volume: UInt8

    public init(code: UInt8, duration: Int, pause: Int, volume: UInt8) {
        self.code = code
        self.duration = duration
        self.pause = pause
        self.volume = volume
    }
}
