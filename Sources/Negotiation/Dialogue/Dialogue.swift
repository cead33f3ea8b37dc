import MediaCore
import NGProtocol

/// What the negotiation of a call has come to: everything that the next offer or answer, from either side, builds on.
public struct Dialogue: Sendable {
    /// The parties; the index is `MediaPlan.participant` and, with one m-line each, also that of `CallPlan.media`.
    /// The first made the first offer, the second is there from then on, its tag known or not.
    public internal(set) var participants: [Participant]
    /// The offer that waits for its answer, or was answered last.
    var exchange: OfferContext
    /// `hold-file`: what a party hears while the other one holds.
    var holdAudio: HoldAudio?

    init(participants: [Participant], exchange: OfferContext) {
        self.participants = participants
        self.exchange = exchange
    }
}

/// One party of a call.
public struct Participant: Sendable {
    /// The SIP tag; `nil` for an answerer that has not been heard of.
    public internal(set) var tag: String?
    /// As the client sent it; tells the branches of a forked call apart.
    public internal(set) var viaBranch: String?
    /// Our end of its audio m-line.
    var leg: Leg
    /// What our descriptions to it have said so far of their origin.
    var written = WrittenOrigin()

    init(tag: String?, viaBranch: String? = nil, leg: Leg) {
        self.tag = tag
        self.viaBranch = viaBranch
        self.leg = leg
    }
}

extension Participant {
    /// The protocol of the m-line toward this party, such as `RTP/SAVP`.
    public var transportProtocol: String { leg.transport.rawValue }
    /// The encoding name of the audio that we send to this party; `nil` before that is settled.
    public var codecName: String? { leg.accepted.first { $0.format.isAudio }?.encodingName }
    /// Whether the audio is refused or switched off, by either side.
    public var isRejected: Bool { leg.isRejected }
}

/// What an offer fixed for its answer, and for every further answer to it.
struct OfferContext: Sendable {
    /// Index of the participant that made the offer.
    var offerer: Int
    /// Which m-line of the offer is the call's audio.
    var place: Int
    /// Which m-line of the answer is: another one where we composed the offer, which has the audio only.
    var answererPlace: Int
    /// The identification tags and kinds of all its m-lines.
    var sections: [OfferedSection]
    /// What the offerer can use of its own list, after `strip` and `ignore`.
    var usable: [Codec]
    var codecs: CodecOptions
    /// `ptime-reverse` [ms].
    var packetTimeReverse: Int?
    /// Our ICE in the offer to the answerer.
    var ice: LegICE?
    /// Our RTCP multiplexing in the offer to the answerer.
    var mux = Leg.RTCPMux.none
    /// The offerer's finished answer (`early-answer`): whatever the answerer says, the offerer is told this.
    var earlyAnswer: String?
    /// The offer as it came and as it went on, to hold the answers against.
    var heard: String?
    var sent: String?

    /// The early answer, if it was given to the same words of the same party: a request that is repeated.
    func answerGiven(to text: String, of participant: Int) -> String? {
        offerer == participant && heard?.utf8.elementsEqual(text.utf8) == true ? earlyAnswer : nil
    }

    struct OfferedSection: Sendable, Equatable {
        var kind: String
        var transport: String
        var formats: [String]
        var mid: String?
    }
}

/// The fields of our `o=` and `s=` lines that are kept steady: where options ask for it (`replace`), and once a text was all ours.
struct WrittenOrigin: Sendable {
    var username: String?
    var sessionID: String?
    var sessionName: String?
    /// The version that we wrote last, and the hash of the description that it stood in (without the version).
    var version: UInt64?
    var body: Int?
    /// Some text was composed by us: its session goes on in all that follow.
    var isOurs = false
}
