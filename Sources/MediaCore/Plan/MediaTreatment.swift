/// What is done on the way from a source to one peer, beside the conversion.
public struct MediaTreatment: OptionSet, Sendable, Equatable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `block media`: nothing of the source is passed on.
    public static let blocked = Self(rawValue: 1 << 0)
    /// `silence media`: the source's audio is passed on as silence.
    public static let silenced = Self(rawValue: 1 << 1)
    /// `block DTMF`: digits are not passed on, neither as events nor as the tones that we know of.
    public static let digitsBlocked = Self(rawValue: 1 << 2)
    /// Tones in the source's audio become digits: events for the peer if it knows them, and reports.
    public static let detectsTones = Self(rawValue: 1 << 3)
    /// Digits reach the peer as tones in its audio, because it knows no `telephone-event`.
    public static let generatesTones = Self(rawValue: 1 << 4)
    /// Audio is decoded and encoded though the formats are equal.
    public static let alwaysConverts = Self(rawValue: 1 << 5)
}

/// How packets of one m-line reach another.
public enum RelayKind: UInt8, Sendable, Equatable {
    /// On a line of our own: one SSRC, our numbers, our RTCP; converted where codecs differ.
    case audio
    /// RTP of any kind, such as video: SSRC, numbers and timestamps as they come, only payload types are mapped; RTCP goes through too.
    case packets
    /// Datagrams of any kind, such as UDPTL, as they come.
    case datagrams
}
