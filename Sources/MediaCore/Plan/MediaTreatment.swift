/// What is done on the way from a source to one peer, beside the conversion.
public struct MediaTreatment: OptionSet, Sendable, Equatable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `block media`: nothing of the source is passed on, neither audio nor digits. What we make ourselves is: clips, digits that
    /// are played, packets of silence. RTCP goes on.
    public static let blocked = Self(rawValue: 1 << 0)
    /// `silence media`: the source's audio is passed on as silence, each packet as long as it was; a packet in a format whose silence
    /// isn't known is not passed on. Digits are. For `RelayKind.audio` only.
    public static let silenced = Self(rawValue: 1 << 1)
    /// `block DTMF`: digits are not passed on, neither as events nor as the tones that we know of (`detectsTones`): nothing is
    /// heard in their place. They are still reported.
    public static let digitsBlocked = Self(rawValue: 1 << 2)
    /// Tones in the source's audio become digits: reports, and events for a peer that knows them, which then hears silence in
    /// their place. What it hears of a tone is its first 13 to 25 ms, too short to be taken for a digit (ITU-T Q.24 has 40 ms); behind it
    /// up to 45 ms of audio are silent too.
    public static let detectsTones = Self(rawValue: 1 << 3)
    /// The source's digits reach the peer as tones in place of its audio, if it knows no `telephone-event`; in frames of 20 ms. They
    /// are lost where its format is one that we can't encode.
    public static let generatesTones = Self(rawValue: 1 << 4)
    /// Audio is decoded and encoded though the formats are equal, if we can.
    public static let alwaysConverts = Self(rawValue: 1 << 5)
    /// `no-jitter-buffer`: audio that is converted waits for nothing but its turn: no more than 20 ms, however much the packets jitter.
    public static let unbuffered = Self(rawValue: 1 << 6)
}

/// How packets of one m-line reach another.
public enum RelayKind: UInt8, Sendable, Equatable {
    /// On a line of our own: one SSRC, our numbers, our RTCP; converted where codecs differ.
    case audio
    /// RTP of any kind, such as video: SSRC, numbers, timestamps and header extensions as they come. Only payload types are mapped,
    /// where the two sides number a format differently; the nth of several of one name is the nth on the other side, unknown
    /// numbers stay. RTCP goes through too, whoever may send media. Nothing is kept or made. Both m-lines have to say so.
    case packets
    /// Datagrams of any kind, such as UDPTL, as they come, but for checks of ICE; in the clear only. Both m-lines have to say so.
    case datagrams
}
