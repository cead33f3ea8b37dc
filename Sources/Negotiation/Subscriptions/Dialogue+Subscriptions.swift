import MediaCore
import NGProtocol
import SDP
public import SRTP

extension Dialogue {
    /// Who hears whom, and by what.
    public struct Subscription: Sendable, Equatable {
        public enum Kind: Sendable, Equatable { case offerAnswer, publishSubscribe }
        /// The other one's index.
        public var participant: Int
        public var kind: Kind
    }

    /// Whom a participant hears: its partner, or what it is subscribed to.
    public func subscriptions(of index: Int) -> [Subscription] {
        guard participants.indices.contains(index) else { return [] }
        if let partner = partner(of: index) { return [Subscription(participant: partner, kind: .offerAnswer)] }
        var result: [Subscription] = []
        for leg in participants[index].legs where !leg.isRejected {
            guard let source = leg.subscription.flatMap(participant(ofMedia:)), !participants[source].isGone,
                  !result.contains(where: { $0.participant == source }) else { continue }
            result.append(Subscription(participant: source, kind: .publishSubscribe))
        }
        return result
    }

    /// Who hears a participant.
    public func subscribers(of index: Int) -> [Subscription] {
        participants.indices.flatMap { other -> [Subscription] in
            guard !participants[other].isGone else { return [] }
            return subscriptions(of: other).filter { $0.participant == index }.map { Subscription(participant: other, kind: $0.kind) }
        }
    }

    /// An m-line of a subscriber, by what is heard on it (`SIPREC`).
    public struct SubscribedMedia: Sendable, Equatable {
        /// The party that is heard.
        public var participant: Int
        /// Which of its m-lines, from 1.
        public var index: Int
        /// `audio`, `video`.
        public var kind: String
        /// As in the description's `a=label`.
        public var label: String
        /// The direction that our description to that party has, such as `sendrecv`.
        public var mode: String
    }

    /// What a subscriber hears, in the order of its m-lines.
    public func subscribedMedia(of subscriber: Int) -> [SubscribedMedia] {
        guard participants.indices.contains(subscriber) else { return [] }
        return participants[subscriber].legs.filter { !$0.isRejected }.compactMap { leg in
            guard let media = leg.subscription, let participant = participant(ofMedia: media), let source = self.leg(numbered: media)
            else { return nil }
            let direction: MediaDirection = participants[participant].role == .publisher
                ? .recvonly : source.peer?.meantDirection.reversed ?? .sendrecv
            return SubscribedMedia(
                participant: participant, index: source.place + 1, kind: source.kind, label: Self.label(media), mode: direction.rawValue)
        }
    }

    /// Everybody who has something to be heard.
    public var subscribable: [Int] { participants.indices.filter { !subscribableMedia(of: $0).isEmpty } }

    /// Ends a subscription.
    /// - Returns: `nil` if there is no subscriber of that tag.
    public func unsubscribing(tag: String, certificate: DTLSCertificate, defaults: NegotiationDefaults) -> Removal? {
        guard let index = participant(tag: tag), participants[index].role == .subscriber else { return nil }
        return removing(participant: index, certificate: certificate, defaults: defaults)
    }

    /// As rtpengine numbers them, of a pair of m-lines the answerer's before the offerer's: some recorders are told by their labels.
    static func label(_ media: Int) -> String { String(media ^ 1) }

    /// The m-lines of a participant that others can hear, by their numbers.
    func subscribableMedia(of index: Int) -> [Int] {
        guard participants.indices.contains(index), !participants[index].isGone, participants[index].role != .subscriber else { return [] }
        return media(of: index).filter { media in
            guard let leg = leg(numbered: media) else { return false }
            return leg.peer != nil && !leg.isRejected && leg.relay != .datagrams && !leg.spoken.isEmpty
        }
    }

    private func participant(ofMedia media: Int) -> Int? {
        participants.firstIndex { $0.legs.contains { $0.media == media } }
    }

    /// The leg whose peer is heard by the one of a party's m-line: that of its partner.
    func heard(onMedia media: Int) -> Leg? {
        guard let index = participant(ofMedia: media), let partner = partner(of: index),
              let other = exchange(between: index, partner)?.counterpart(ofMedia: media) else { return nil }
        return leg(numbered: other)
    }
}

extension Dialogue {
    /// A bound on what a client can make us keep; subscribers may come and go.
    private static let maximumLegs = 512

    /// For another party, that nobody talks with.
    mutating func newLeg(interface: String?, secrets: SecretSource) throws(NegotiationError) -> Leg {
        guard mediaCount < Self.maximumLegs else { throw .cannotRewrite(detail: "too many m-lines") }
        defer { mediaCount += 1 }
        return Leg(media: mediaCount, interface: interface, ssrc: secrets.ssrc(), cname: secrets.canonicalName())
    }

    /// - Returns: the newcomer's index.
    mutating func add(_ tag: String?, _ role: Participant.Role, leg: Leg) throws(NegotiationError) -> Int {
        guard participants.count(where: { !$0.isGone }) < Self.maximumParticipants else { throw .cannotRewrite(detail: "too many parties") }
        var participant = Participant(tag: tag, leg: leg)
        participant.role = role
        participants.append(participant)
        return participants.count - 1
    }

    /// A call in which nobody has called anybody.
    static var empty: Dialogue { Dialogue(participants: [], exchange: OfferContext(offerer: 0, answerer: 0)) }

    /// The last steps of every description that is ours alone.
    mutating func result(
        _ lines: [ComposedDescription.Line], to index: Int, isOffer: Bool, options: MediaOptions, defaults: NegotiationDefaults,
        removedSlots: [Int], remarks: [String], resources: any MediaResources
    ) -> NegotiationResult {
        let ordered = lines.sorted { $0.leg.place < $1.leg.place }
        let description = ComposedDescription(lines: ordered, isOffer: isOffer, options: options, certificate: resources.certificate)
        let text = description.text(
            remembering: &participants[index].written, sessionID: SecretSource(resources: resources).number() >> 1)
        return NegotiationResult(
            sdp: text, plan: plan(certificate: resources.certificate, defaults: defaults), dialogue: self, removedSlots: removedSlots,
            remarks: remarks)
    }
}

extension Dialogue {
    /// A party that talks with nobody has described its session: there are packets to wait for.
    var speaksAlone: Bool { participants.contains { !$0.isGone && $0.role != .subscriber && $0.partner == nil && $0.hasSpoken } }

    /// The first offer of a call that began with `publish` or `create`.
    /// - Returns: `nil` if somebody has called somebody before, or one of the two is there already.
    mutating func firstPair(
        _ request: NegotiationRequest, secrets: SecretSource
    ) throws(NegotiationError) -> (offerer: Int, answerer: Int)? {
        let isKnown = participant(tag: request.fromTag) != nil || request.toTag.flatMap(participant(tag:)) != nil
        guard !isKnown, participants.allSatisfy({ $0.partner == nil }) else { return nil }
        let addressing = request.options.addressing
        let offerer = try add(request.fromTag, .party, leg: newLeg(interface: addressing.fromInterface, secrets: secrets))
        let answerer = try add(request.toTag, .party, leg: newLeg(interface: addressing.toInterface, secrets: secrets))
        participants[answerer].viaBranch = request.viaBranch
        participants[offerer].label = request.label
        (participants[offerer].partner, participants[answerer].partner) = (answerer, offerer)
        exchange = OfferContext(offerer: offerer, answerer: answerer)
        return (offerer, answerer)
    }
}

extension Leg {
    /// What the peer may send to us, as far as both sides have got, its preferred audio first; with the numbers of our description.
    var spoken: [Codec] {
        var result: [Codec] = []
        for codec in accepted {
            let same = announced.first { $0.isSame(as: codec) && $0.clockRate == codec.clockRate } ?? announced.first(where: codec.isSame)
            if let same, !result.contains(where: { $0.payloadType == same.payloadType }) { result.append(same) }
        }
        return result.contains(where: \.format.isAudio) ? result : announced
    }
}
