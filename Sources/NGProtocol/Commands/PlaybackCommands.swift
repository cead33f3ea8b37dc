/// `play media`: a recording in place of what others send to the selected parties.
public struct PlayMediaCommand: Sendable, Equatable {
    /// Where the recording comes from; WAV in any case.
    public enum Source: Sendable, Equatable {
        /// A path on this machine.
        case file(String)
        /// `blob`, `blob64`: the file itself.
        case blob([UInt8])
        /// `blob64` that is no base64 (RFC 4648 section 4): `.playbackFromBlob`.
        case undecodable
        /// `db-id`: there is no database; `.playbackFromDatabase`.
        case database(id: Int)
    }

    public var callID: String
    /// One party, or all with `scope` = `.everything`; neither is `.noParticipant`.
    public var parties: PartySelection
    /// `nil`: `.noMediaFile`. The parties are looked for first.
    public var source: Source?
    /// How often it is played; `nil` for over and over, until `longest`.
    public var repetitions: Int?
    /// `repeat-duration` [ms]; `nil` for no limit.
    public var longest: Int?
    /// `start-pos`: where in the file it begins [ms].
    public var start: Int

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        parties = PartySelection(fields, isDirectional: false)
        source = fields.playback.source
        longest = fields.playback.repeatDuration.flatMap { $0 > 0 ? $0 : nil }
        // The time counts, not the times, if both are given.
        repetitions = longest == nil ? max(1, fields.playback.repeatTimes ?? 1) : nil
        start = max(0, fields.playback.start ?? 0)
    }
}

/// `stop media`
public struct StopMediaCommand: Sendable, Equatable {
    public var callID: String
    /// As in `PlayMediaCommand`.
    public var parties: PartySelection

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        parties = PartySelection(fields, isDirectional: false)
    }
}

/// The keys of `play media`.
public struct PlaybackFields: Sendable, Equatable {
    /// The last of `file`, `blob`, `blob64` and `db-id`.
    public var source: PlayMediaCommand.Source?
    public var repeatTimes: Int?
    /// [ms]
    public var repeatDuration: Int?
    /// [ms]
    public var start: Int?
    public init() {}
}

/// `play DTMF`: the selected parties press a digit, as far as the others can tell.
public struct PlayDTMFCommand: Sendable, Equatable {
    public var callID: String
    /// As in `PlayMediaCommand`.
    public var parties: PartySelection
    /// 0 to 15 (RFC 4733 section 3.2); `nil`: `.digitOutOfRange`. The parties are looked for first.
    public var event: UInt8?
    /// 100 to 5000 [ms].
    public var duration: Int
    /// The silence behind it, 100 to 5000 [ms].
    public var pause: Int
    /// 0 to 63 [-dBm0].
    public var volume: UInt8

    init(_ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        parties = PartySelection(fields, isDirectional: false)
        event = fields.digits.code.flatMap(Self.event)
        duration = Self.length(fields.digits.duration, standard: 250)
        pause = Self.length(fields.digits.pause, standard: 100)
        // Either sign is meant as -dBm0.
        volume = UInt8(clamping: min(63, fields.digits.volume.map(\.magnitude) ?? 8))
    }

    /// 0 counts as not given, as in rtpengine.
    private static func length(_ given: Int?, standard: Int) -> Int {
        guard let given, given != 0 else { return standard }
        return min(max(given, 100), 5000)
    }

    /// A code stands for itself; what is none is the number of an ASCII character.
    private static func event(_ code: Int) -> UInt8? {
        if (0...15).contains(code) { return UInt8(code) }
        guard let character = UInt8(exactly: code) else { return nil }
        return characters.firstIndex(of: character).map { UInt8($0) }
    }

    /// In the order of their codes (RFC 4733 section 3.2).
    private static let characters = Array("0123456789*#ABCD".utf8)
}

/// The keys of `play DTMF`, as they were sent.
public struct DigitFields: Sendable, Equatable {
    /// A code of RFC 4733, or the number of an ASCII character.
    public var code: Int?
    public var duration: Int?
    public var pause: Int?
    public var volume: Int?
    public init() {}
}
