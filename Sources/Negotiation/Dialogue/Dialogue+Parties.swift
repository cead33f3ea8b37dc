import NGProtocol

extension Dialogue {
    /// The participants that the tags of an offer mean, by index; their exchange is the current one then.
    ///
    /// - A known `from` offers. Without `to` the offer goes to the branch that `via-branch` names, a new one if nobody had it yet;
    ///   without that to whom it talked with last, who gets the tag `to` if that was not known yet.
    /// - An unknown `from` with a known `to` is the callee whose tag nobody has seen, or takes the other's place.
    /// - Throws: `.invalidDialogue` when neither is known: another pair under the same call-id.
    mutating func offerParties(
        _ request: NegotiationRequest, secrets: SecretSource
    ) throws(NegotiationError) -> (offerer: Int, answerer: Int) {
        let pair: (offerer: Int, answerer: Int)
        if let offerer = participant(tag: request.fromTag) {
            take(offerer, request.fromTag)
            pair = (offerer, try answerer(of: offerer, request, secrets: secrets))
        } else {
            if let pair = try firstPair(request, secrets: secrets) { return pair }
            guard let to = request.toTag, let answerer = participant(tag: to) else { throw .invalidDialogue }
            take(answerer, to)
            let unnamed = offered(by: answerer).filter { participants[$0].tag == nil }
            let branch = unnamed.first { participants[$0].viaBranch == request.viaBranch } ?? unnamed.first
            guard let offerer = branch ?? participants[answerer].partner else { throw .invalidDialogue }
            take(offerer, request.fromTag)
            pair = (offerer, answerer)
        }
        guard pair.offerer != pair.answerer else { throw .invalidDialogue }
        participants[pair.offerer].label = request.label ?? participants[pair.offerer].label
        meet(pair.offerer, pair.answerer)
        return pair
    }

    /// The participants that the tags of an answer mean: `from` is the offerer's, `to` the answerer's.
    ///
    /// The answerer is the branch that `via-branch` names, else the one with the tag, else the newest that has not answered.
    /// Another tag in a branch that has answered, as of a call that was forked farther down, takes that branch's place: it was
    /// offered the same ports. The answerer is whom the offerer talks with from then on.
    mutating func answerParties(_ request: NegotiationRequest) throws(NegotiationError) -> (offerer: Int, answerer: Int) {
        guard let to = request.toTag, to != request.fromTag, let offerer = participant(tag: request.fromTag) else { throw .invalidDialogue }
        take(offerer, request.fromTag)
        let offered = offered(by: offerer)
        let known = participant(tag: to)
        let answerer = offered.first { request.viaBranch != nil && participants[$0].viaBranch == request.viaBranch }
            ?? offered.first { $0 == known }
            ?? (known == nil ? offered.first { !participants[$0].hasSpoken } ?? offered.first : nil)
        guard let answerer, known == nil || known == answerer else { throw .invalidDialogue }
        take(answerer, to)
        participants[answerer].label = request.label ?? participants[answerer].label
        meet(offerer, answerer)
        return (offerer, answerer)
    }

    /// All pairs' last offers, the newest first.
    var exchanges: [OfferContext] { others.isEmpty ? [exchange] : [exchange] + others.reversed() }

    /// To whom a participant made its last offers, the newest first.
    private func offered(by index: Int) -> [Int] {
        exchanges.filter { $0.offerer == index && !participants[$0.answerer].isGone }.map(\.answerer)
    }

    func exchange(between a: Int, _ b: Int) -> OfferContext? {
        exchange.isBetween(a, b) ? exchange : others.last { $0.isBetween(a, b) }
    }

    /// More than any call has; a bound on what a client can make us keep.
    static let maximumParticipants = 64

    private mutating func answerer(
        of offerer: Int, _ request: NegotiationRequest, secrets: SecretSource
    ) throws(NegotiationError) -> Int {
        if let to = request.toTag, let known = participant(tag: to) {
            guard known != offerer else { throw .invalidDialogue }
            take(known, to)
            return known
        }
        guard let current = participants[offerer].partner else { throw .invalidDialogue }
        let branches = offered(by: offerer)
        var answerer = current
        if request.toTag == nil || participants[current].tag == nil, let branch = request.viaBranch, branches.contains(current) {
            if let known = branches.first(where: { participants[$0].viaBranch == branch }) {
                answerer = known
            } else {
                answerer = try newBranch(beside: current, request, secrets: secrets)
            }
        } else if request.toTag == nil, request.options.forking.isNewBranch {
            answerer = try newBranch(beside: current, request, secrets: secrets)
        }
        if let to = request.toTag { take(answerer, to) }
        return answerer
    }

    /// A party of its own, on ports of its own, that the same offerer calls.
    private mutating func newBranch(
        beside sibling: Int, _ request: NegotiationRequest, secrets: SecretSource
    ) throws(NegotiationError) -> Int {
        guard participants.count < Self.maximumParticipants else { throw .cannotRewrite(detail: "too many branches") }
        var leg = newLeg(like: participants[sibling].legs[0], secrets: secrets)
        leg.interface = request.options.addressing.toInterface ?? leg.interface
        participants.append(Participant(tag: nil, viaBranch: request.viaBranch, leg: leg))
        return participants.count - 1
    }

    /// A leg for another m-line of the same party, or of one in the same place.
    mutating func newLeg(like leg: Leg, secrets: SecretSource) -> Leg {
        defer { mediaCount += 1 }
        return Leg(beside: leg, media: mediaCount, ssrc: secrets.ssrc(), cname: secrets.canonicalName())
    }

    /// The two talk with each other from now on, and what is between them is the current exchange.
    private mutating func meet(_ offerer: Int, _ answerer: Int) {
        participants[offerer].partner = answerer
        participants[answerer].partner = offerer
        guard !exchange.isBetween(offerer, answerer) else { return }
        let found = others.lastIndex { $0.isBetween(offerer, answerer) }.map { others.remove(at: $0) }
        others.append(exchange)
        exchange = found ?? OfferContext(offerer: offerer, answerer: answerer)
    }

    /// A party speaks or is spoken to at this end: if another one had it, that one steps back.
    private mutating func take(_ index: Int, _ tag: String) {
        guard participants[index].tag != tag else { return }
        participants[index].admit(tag)
    }
}

extension Participant {
    /// More than a call rings at a time; the one that was here first is forgotten then.
    private static let maximumFormer = 16

    mutating func admit(_ newcomer: String) {
        let known = former.firstIndex { $0.tag == newcomer }.map { former.remove(at: $0) }
        if let tag {
            if hasSpoken { former.append(FormerParty(tag: tag, label: label, legs: legs, written: written)) }
            if former.count > Self.maximumFormer { former.removeFirst() }
            label = known?.label
        }
        if let known {
            legs = legs.map { leg in
                guard var back = known.legs.first(where: { $0.media == leg.media }) else { return leg.withoutPeer }
                back.takeEnd(of: leg)
                return back
            }
            written = known.written
        } else if tag != nil {
            updateLegs { $0.forgetPeer() }
        }
        tag = newcomer
    }
}
