/// The flag `whatsapp` and its parts: what keeps a call with Meta's relay, or with a peer like it, whole.
///
/// `nil` leaves a part as it is: on toward a WhatsApp leg, off toward any other; the early media buffer is always on.
public struct WhatsAppOptions: Sendable, Equatable {
    /// One of the two parties of a message, by its tag.
    public enum Side: Sendable, Equatable {
        /// `from-tag`: the party that offers, in offers and answers alike.
        case from
        case to
    }

    /// `whatsapp`, or `profile` = `whatsapp`: one party is Meta.
    public var isOn = false
    /// `whatsapp-from`, `whatsapp-to`: which one; `nil` leaves it to the interfaces' profiles and to the descriptions.
    public var side: Side?
    /// `early-media-buffer`
    public var buffersEarlyMedia: Bool?
    /// `first-packet`
    public var sendsFirstPacket: Bool?
    /// `keep-alive`
    public var keepsAlive: Bool?
    /// `prefer-g711`
    public var prefersG711: Bool?
    /// `sdp-report`
    public var reportsSDP: Bool?
    /// `early-answer`; offers only.
    public var answersEarly = false
    /// `hold-until-accept`
    public var holdsUntilAccept = false
    /// `local`; offers only.
    public var isLocal = false
    /// `hold-file`: the path of a recording.
    public var holdFile: String?

    public init() {}
}
