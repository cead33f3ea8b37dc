import MediaCore
import SDP

extension Dialogue {
    /// A participant's leg of a line of the current exchange.
    func leg(_ line: OfferContext.OfferedLine?, of index: Int) -> Leg? {
        guard let line else { return nil }
        let media = index == exchange.offerer ? line.offererMedia : line.answererMedia
        return participants[index].legs.first { $0.media == media }
    }

    /// The leg with a number (`Leg.media`).
    func leg(numbered media: Int) -> Leg? { participants.lazy.flatMap(\.legs).first { $0.media == media } }

    /// Where a participant's leg of a line stands in `Participant.legs`.
    func legIndex(_ media: Int, of index: Int) -> Int { participants[index].legs.firstIndex { $0.media == media } ?? 0 }

    /// The place of the call's main m-line in the last description of a participant of the current pair.
    func mainPlace(of index: Int) -> Int? { leg(exchange.lines.first, of: index)?.place }

    /// The two legs of an m-line of an offer: those that it has had, or new ones.
    ///
    /// An m-line of another kind in the place of a former one, such as an image in that of the audio, is another line with ports of
    /// its own; the former one rests, and goes on where its kind comes back.
    /// - Parameters:
    ///   - lines: those of the offer that have their legs already.
    ///   - known: those of the former offer of the two.
    /// - Throws: `.cannotRewrite` for a call that has had too many.
    mutating func open(
        _ media: MediaDescription, at place: Int, answererPlace: Int, beside lines: [OfferContext.OfferedLine],
        known: [OfferContext.OfferedLine], secrets: SecretSource
    ) throws(NegotiationError) -> OfferContext.OfferedLine {
        let taken = Set(lines.flatMap { [$0.offererMedia, $0.answererMedia] })
        let (offerer, answerer) = (exchange.offerer, exchange.answerer)
        let formerOwn = leg(of: offerer, for: media, at: place, taken: taken)
            // A party that answered for itself may have moved its main m-line.
            ?? (lines.isEmpty ? known.first.flatMap { leg($0, of: offerer) }.flatMap { $0.isLike(media) ? $0.media : nil } : nil)
        let partner = known.lazy.compactMap { line in
            line.offererMedia == formerOwn ? line.answererMedia : line.answererMedia == formerOwn ? line.offererMedia : nil
        }.first { media in participants[answerer].legs.contains { $0.media == media } }
        let formerFar = partner ?? leg(of: answerer, for: media, at: answererPlace, taken: taken)
        let news = (formerOwn == nil ? 1 : 0) + (formerFar == nil ? 1 : 0)
        guard mediaCount + news <= Self.maximumMedia else { throw .cannotRewrite(detail: "too many m-lines in one call") }
        let own = formerOwn ?? add(to: offerer, secrets: secrets)
        let far = formerFar ?? add(to: answerer, secrets: secrets)
        for (participant, number, place) in [(offerer, own, place), (answerer, far, answererPlace)] {
            let index = legIndex(number, of: participant)
            participants[participant].legs[index].kind = media.kind
            participants[participant].legs[index].place = place
            participants[participant].legs[index].relay = media.relay
        }
        return OfferContext.OfferedLine(place: place, offererMedia: own, answererMedia: far)
    }

    /// Of all parties together. M-lines that rest keep their ports, so that a call could take them all, one re-offer after the other.
    static let maximumMedia = 512

    /// Whether a participant has had such an m-line in that place.
    func hasLeg(_ index: Int, for media: MediaDescription, at place: Int) -> Bool {
        participants[index].legs.contains { $0.kind == media.kind && $0.place == place }
    }

    private func leg(of index: Int, for media: MediaDescription, at place: Int, taken: Set<Int>) -> Int? {
        let free = participants[index].legs.filter { !taken.contains($0.media) }
        return (free.first { $0.place == place && $0.isLike(media) } ?? free.first { $0.kind.isEmpty })?.media
    }

    private mutating func add(to index: Int, secrets: SecretSource) -> Int {
        let leg = newLeg(like: participants[index].legs[0], secrets: secrets)
        participants[index].legs.append(leg)
        return leg.media
    }

    /// What an offer does not name any more rests.
    mutating func restOthers(than lines: [OfferContext.OfferedLine]) {
        for index in [exchange.offerer, exchange.answerer] {
            participants[index].updateLegs { leg in
                let isNamed = lines.contains { $0.offererMedia == leg.media || $0.answererMedia == leg.media }
                if !isNamed { leg.isRejected = true }
            }
        }
    }
}

extension Leg {
    /// Whether an m-line can be the same one: what is no RTP has neither the keys nor the ports of what is.
    fileprivate func isLike(_ media: MediaDescription) -> Bool {
        kind == media.kind && (relay == .datagrams) == (media.relay == .datagrams)
    }
}
