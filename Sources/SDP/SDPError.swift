/// Why a text is not a session description that we can work with.
public enum SDPError: Error, Sendable, Equatable {
    /// `line` counts from 1; 0 means the text as a whole.
    case malformed(line: Int, reason: String)
    case tooLarge(SDPLimit)
}

/// What `SDPLimits` bounds.
public enum SDPLimit: Sendable, Equatable { case bytes, lines, mediaSections }

/// Bounds on what one description may make us store; far above anything seen in calls.
public enum SDPLimits {
    public static let bytes = 65_536
    public static let lines = 1_000
    public static let mediaSections = 64
}
