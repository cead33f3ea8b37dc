extension Dialogue {
    /// The participants that the tags of an offer mean, by index.
    ///
    /// - A known `from` offers; the other party listens, under `to` if its tag was not known yet.
    /// - An unknown `from` with a known `to` takes the other place: the callee whose tag nobody has seen, or a
    ///   branch of a forked call.
    /// - Throws: `.invalidDialogue` when neither is known: another pair under the same call-id.
    mutating func offerParties(from: String, to: String?) throws(NegotiationError) -> (offerer: Int, answerer: Int) {
        if let offerer = participant(from) {
            let answerer = other(offerer)
            if let to { rename(answerer, to) }
            return (offerer, answerer)
        }
        guard let to, let answerer = participant(to) else { throw .invalidDialogue }
        let offerer = other(answerer)
        rename(offerer, from)
        return (offerer, answerer)
    }

    /// The participants that the tags of an answer mean: `from` is the offerer's, `to` the answerer's.
    ///
    /// A second answer with another `to`, from another branch of a forked call, takes the answerer's place.
    mutating func answerParties(from: String, to: String) throws(NegotiationError) -> (offerer: Int, answerer: Int) {
        let offerer = exchange.offerer
        guard participants[offerer].tag == from else { throw .invalidDialogue }
        let answerer = other(offerer)
        guard from != to else { throw .invalidDialogue }
        rename(answerer, to)
        return (offerer, answerer)
    }

    private func participant(_ tag: String) -> Int? { participants.firstIndex { $0.tag == tag } }

    private func other(_ index: Int) -> Int { index == 0 ? 1 : 0 }

    /// Another party under our end of a leg: what the former one said does not hold for it.
    private mutating func rename(_ index: Int, _ tag: String) {
        guard participants[index].tag != tag else { return }
        if participants[index].tag != nil { participants[index].leg.forgetPeer() }
        participants[index].tag = tag
    }
}
