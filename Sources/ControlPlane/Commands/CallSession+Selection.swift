import MediaCore
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// The participant that a command names; `nil` if it names none.
    /// - Throws: the error of what it is named by.
    func participant(_ parties: PartySelection) throws(NGError) -> Int? {
        switch parties.party {
        case nil: return nil
        case .label(let label):
            guard let index = dialogue?.participant(label: label) else { throw .noSuchLabel }
            return index
        case .address(let text):
            guard let address = IPAddress(text) else { throw .invalidAddress }
            guard let index = dialogue?.participant(address: address) else { throw .noSuchAddress }
            return index
        case .tag(let tag):
            guard let index = dialogue?.participant(tag: tag) else { throw .noSuchFromTag }
            return index
        }
    }

    /// The participants of a command that wants some: the one that it names, or all of them.
    func someParticipants(_ parties: PartySelection) throws(NGError) -> [Int] {
        let all = dialogue?.participants ?? []
        if parties.scope == .everything { return all.indices.filter { !all[$0].isGone } }
        if let index = try participant(parties) { return [index] }
        let named = parties.fromTags.compactMap { dialogue?.participant(tag: $0) }
        guard !named.isEmpty else { throw .noParticipant }
        return named
    }

    /// What a command that also works on whole calls is about.
    func scope(_ parties: PartySelection, knowsSinks: Bool) throws(NGError) -> CallControls.Scope {
        if parties.scope == .everything { return .everything }
        guard let source = try participant(parties) else { return .call }
        guard knowsSinks else { return .source(source) }
        if let scope = parties.scope { return .flows(try flows(from: source, scope)) }
        guard let sink = try sink(parties) else { return .source(source) }
        guard listeners(of: source).contains(sink) else { throw .notSubscribed }
        return .flows([.init(source: source, sink: sink)])
    }

    private func flows(from source: Int, _ scope: PartySelection.Scope) throws(NGError) -> [CallControls.Flow] {
        let partner = dialogue?.partner(of: source)
        let sinks = listeners(of: source).filter { sink in
            switch scope {
            case .everything, .flows: true
            case .offerAnswer: sink == partner
            case .exceptOfferAnswer: sink != partner
            }
        }
        guard !sinks.isEmpty else { throw .noSubscriptions }
        return sinks.map { .init(source: source, sink: $0) }
    }

    private func sink(_ parties: PartySelection) throws(NGError) -> Int? {
        switch parties.sink {
        case nil: return nil
        case .tag(let tag):
            guard let index = dialogue?.participant(tag: tag) else { throw .noSuchToTag }
            return index
        case .label(let label):
            guard let index = dialogue?.participant(label: label) else { throw .noSuchToLabel }
            return index
        }
    }

    /// Who hears a participant, each once.
    private func listeners(of source: Int) -> [Int] {
        var result: [Int] = []
        for media in plan.media where media.isActive {
            guard let index = media.source, plan.media.indices.contains(index), plan.media[index].participant == source,
                  !result.contains(media.participant) else { continue }
            result.append(media.participant)
        }
        return result
    }

    /// `set-label`.
    func relabel(_ parties: PartySelection) {
        guard let label = parties.newLabel, let index = try? participant(parties) else { return }
        dialogue?.setLabel(label, of: index)
    }
}
