import MediaCore
import NGProtocol

/// What the negotiation of a call has come to: everything that the next offer or answer, from any side, builds on.
///
/// A participant is an end of ours and whoever is behind it. Those who talk with each other are pairs: each pair has an offer
/// of its own (`OfferContext`), which tells which m-line of the one belongs to which of the other.
public struct Dialogue: Sendable {
    /// The index is `MediaPlan.participant` and never changes: one that has left stays as `isGone`.
    /// The first made the first offer, the second is there from then on, its tag known or not; branches of a forked call follow.
    public internal(set) var participants: [Participant]
    /// The newest offer, waiting for its answer or answered.
    var exchange: OfferContext
    /// The last offers between other pairs; none but in forked calls.
    var others: [OfferContext] = []
    /// `hold-file`: what a party hears while the other one holds.
    var holdAudio: HoldAudio?
    /// How many numbers for m-lines are given away (`Leg.media`).
    var mediaCount: Int

    init(participants: [Participant], exchange: OfferContext) {
        self.participants = participants
        self.exchange = exchange
        mediaCount = participants.reduce(0) { $0 + $1.legs.count }
    }
}

/// One end of a call: who is there, and our m-lines toward it.
public struct Participant: Sendable {
    /// The SIP tag; `nil` for an answerer that has not been heard of.
    public internal(set) var tag: String?
    /// The branch that the offer to it went to, as the client sent it; tells the branches of a forked call apart.
    public internal(set) var viaBranch: String?
    /// `label`, as the client gave it.
    public internal(set) var label: String?
    public internal(set) var role = Role.party
    /// It was removed: its m-lines are switched off and its ports given back.
    public internal(set) var isGone = false
    /// Whom it made its last offer to, or had it from. Two talk with each other if each is the other's.
    var partner: Int?
    /// Our m-lines toward it, in the order in which they came into being; never none.
    var legs: [Leg]
    /// What our descriptions to it have said so far of their origin.
    var written = WrittenOrigin()
    /// Parties that had this end before, the last one last: of several that answer the same offer, one has its ports at a time.
    var former: [FormerParty] = []

    /// Whom it sends to and hears.
    public enum Role: Sendable, Equatable {
        /// Hears its partner and is heard by it.
        case party
        /// Is heard by its subscribers, and hears nobody.
        case publisher
        /// Hears what its legs are subscribed to (`Leg.subscription`), and is heard by nobody.
        case subscriber
    }

    init(tag: String?, viaBranch: String? = nil, leg: Leg) {
        self.tag = tag
        self.viaBranch = viaBranch
        legs = [leg]
    }
}

extension Participant {
    /// The m-line that stands for the party where one must: its audio, or what came first.
    var mainLeg: Leg { legs.first { $0.relay == .audio && !$0.isRejected } ?? legs[0] }
    /// The protocol of the m-line toward this party, such as `RTP/SAVP`.
    public var transportProtocol: String { mainLeg.protocolName }
    /// The encoding name of the audio that we send to this party; `nil` before that is settled.
    public var codecName: String? { mainLeg.codecName }
    /// Whether the audio is refused or switched off, by either side.
    public var isRejected: Bool { mainLeg.isRejected }
    /// It has sent a description.
    public var hasSpoken: Bool { legs.contains { $0.peer != nil } }
    /// The tags of those that had this end before, and may come back.
    public var formerTags: [String] { former.map(\.tag) }

    var isMeta: Bool { legs[0].profile == .whatsApp }

    mutating func updateLegs(_ body: (inout Leg) -> Void) {
        for index in legs.indices { body(&legs[index]) }
    }
}

/// A party that another one of the same branch took over from, as it was.
struct FormerParty: Sendable {
    var tag: String
    var label: String?
    var legs: [Leg]
    var written: WrittenOrigin
}

/// What an offer fixed for its answer, and for every further answer to it.
struct OfferContext: Sendable {
    /// Index of the participant that made the offer.
    var offerer: Int
    /// Index of the one that it goes to.
    var answerer: Int
    /// The m-lines that are served, the call's main one, its audio if it has any, first.
    var lines: [OfferedLine] = []
    /// All its m-lines.
    var sections: [OfferedSection] = []
    var codecs = CodecOptions()
    /// `ptime-reverse` [ms].
    var packetTimeReverse: Int?
    /// The offerer's finished answer (`early-answer`): whatever the answerer says, the offerer is told this.
    var earlyAnswer: String?
    /// The offer as it came and as it went on, to hold the answers against.
    var heard: String?
    var sent: String?

    /// One m-line and its counterpart on the other side.
    struct OfferedLine: Sendable {
        /// Where it stands in the offer.
        var place: Int
        /// The numbers of the two legs (`Leg.media`).
        var offererMedia: Int
        var answererMedia: Int
        /// What the offerer can use of its own list, after `strip` and `ignore`.
        var usable: [Codec] = []
        /// Our ICE in the offer to the answerer.
        var ice: LegICE?
        /// Our RTCP multiplexing in the offer to the answerer.
        var mux = Leg.RTCPMux.none
    }

    struct OfferedSection: Sendable, Equatable {
        var kind: String
        var transport: String
        var formats: [String]
        var mid: String?
        /// Where it stands in the description that went to the answerer; `nil` where it was left out.
        var answererPlace: Int?
    }

    /// Where the call's main m-line stands in the offer.
    var place: Int { lines.first?.place ?? 0 }

    func isBetween(_ a: Int, _ b: Int) -> Bool { (offerer, answerer) == (a, b) || (offerer, answerer) == (b, a) }

    mutating func update(_ place: Int, _ body: (inout OfferedLine) -> Void) {
        for index in lines.indices where lines[index].place == place { body(&lines[index]) }
    }

    /// The counterpart of an m-line of either side, by their numbers.
    func counterpart(ofMedia media: Int) -> Int? {
        for line in lines {
            if line.offererMedia == media { return line.answererMedia }
            if line.answererMedia == media { return line.offererMedia }
        }
        return nil
    }
}

/// What of an offer decides the codecs of its answer, for one m-line.
struct CodecContext {
    /// What the offerer can use.
    var usable: [Codec]
    /// The options of the offer.
    var codecs: CodecOptions
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
