import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    func carryOut(_ delete: DeleteCommand, _ reply: @escaping Reply) {
        guard let target = target(of: delete) else { return reply(Self.notFound(isFatal: delete.isFatal)) }
        let delay = delete.delay.map(Nanoseconds.seconds) ?? environment.settings.deleteDelay
        let report: @ControlActor (CallStatistics) -> Void = { [self] statistics in
            reply(.ok(delete.isFast ? NGDictionary() : self.report(statistics).dictionary))
        }
        if case .branch(let tag) = target {
            return withStatistics { [self] statistics in
                // While it is there to be told of.
                let last = self.report(statistics, narrowedTo: tag)
                remove(tag, after: delay) { reply(.ok(delete.isFast ? NGDictionary() : last.dictionary)) }
            }
        }
        if case .unanswered(let index) = target {
            return withStatistics { [self] statistics in
                let last = self.report(statistics)
                removeParticipant(index) { reply(.ok(delete.isFast ? NGDictionary() : last.dictionary)) }
            }
        }
        guard delay > .zero else { return end(.deleted, then: report) }
        setTimer(.deletion, delay)
        withStatistics(report)
    }

    /// What a `delete` ends.
    private enum DeletionTarget {
        case call
        /// The party of that tag; others go on.
        case branch(String)
        /// A participant whose tag nobody has heard; there is nothing of it to keep for a while.
        case unanswered(Int)
    }

    /// The party is named by its to-tag, else by its branch, else by the from-tag. Without a from-tag the call is meant, whatever else
    /// is said.
    private func target(of delete: DeleteCommand) -> DeletionTarget? {
        guard let dialogue, let fromTag = delete.fromTag else { return .call }
        if let index = unansweredBranch(delete, dialogue) {
            let rest = dialogue.removing(
                participant: index, certificate: environment.certificate, defaults: environment.negotiationDefaults)
            return rest?.isEmpty ?? true ? .call : .unanswered(index)
        }
        let known = delete.toTag ?? (delete.viaBranch == nil ? fromTag : nil)
        let byBranch = delete.viaBranch.flatMap(dialogue.participant(viaBranch:)).flatMap { dialogue.participants[$0].tag }
        let tag: String
        if let known, dialogue.participant(tag: known) != nil {
            tag = known
        } else if let byBranch {
            tag = byBranch
        } else if dialogue.participant(tag: fromTag) != nil, delete.toTag == nil || dialogue.participants.contains(where: { $0.tag == nil }) {
            tag = fromTag
        } else {
            return nil
        }
        let rest = dialogue.removing(tag: tag, certificate: environment.certificate, defaults: environment.negotiationDefaults)
        return rest?.isEmpty ?? true ? .call : .branch(tag)
    }

    private func unansweredBranch(_ delete: DeleteCommand, _ dialogue: Dialogue) -> Int? {
        guard delete.toTag == nil, let index = delete.viaBranch.flatMap(dialogue.participant(viaBranch:)),
              dialogue.participants[index].tag == nil else { return nil }
        return index
    }

    private func matches(_ tag: String?) -> Bool { tag.flatMap { dialogue?.participant(tag: $0) } != nil }

    // MARK: One party of several

    private func remove(_ tag: String, after delay: Nanoseconds, then: @escaping @ControlActor () -> Void) {
        guard delay > .zero else { return remove(tag, then) }
        leaving.removeAll { $0.tag == tag }
        leaving.append((tag, environment.configuration.clock() + delay))
        leaving.sort { $0.at < $1.at }
        // What was due while another command was under way is due at once.
        setTimer(.branch, max(Nanoseconds(1), leaving[0].at - environment.configuration.clock()))
        then()
    }

    private func remove(_ tag: String, _ then: @escaping @ControlActor () -> Void) {
        take(dialogue?.removing(tag: tag, certificate: environment.certificate, defaults: environment.negotiationDefaults), then)
    }

    private func removeParticipant(_ index: Int, _ then: @escaping @ControlActor () -> Void) {
        take(
            dialogue?.removing(participant: index, certificate: environment.certificate, defaults: environment.negotiationDefaults), then)
    }

    private func take(_ removal: Dialogue.Removal?, _ then: @escaping @ControlActor () -> Void) {
        guard let removal else { return then() }
        guard !removal.isEmpty else { return end(.deleted) { _ in then() } }
        log(.info, "leaves: \(removal.tags.map(\.printable).joined(separator: ", "))")
        change(controls, dialogue: removal.dialogue, removing: removal.removedSlots) { _ in then() }
    }

    /// The delay of at least one party is over.
    func removeDueBranches(then: @escaping @ControlActor () -> Void) {
        guard !isEnded, let next = leaving.first else { return then() }
        let now = environment.configuration.clock()
        guard next.at <= now else {
            setTimer(.branch, next.at - now)
            return then()
        }
        leaving.removeFirst()
        remove(next.tag) { [self] in removeDueBranches(then: then) }
    }

    /// What `delete` says of a call that isn't there or has other parties.
    nonisolated static func notFound(isFatal: Bool) -> NGReply {
        isFatal ? .error(.callOrTagsNotFound) : .ok(warning: NGError.callOrTagsNotFound.rawValue)
    }

    func carryOut(_ query: QueryCommand, _ reply: @escaping Reply) {
        withStatistics { [self] statistics in
            reply(.ok(report(statistics, narrowedTo: [query.toTag, query.fromTag].compactMap(\.self).first { !$0.isEmpty }).dictionary))
        }
    }

    /// Whether one of the call's parties makes the offer or gets it.
    func concerns(_ offer: OfferCommand) -> Bool { matches(offer.fromTag) || matches(offer.toTag) }

    func withStatistics(_ body: @escaping @ControlActor (CallStatistics) -> Void) {
        handle.statistics { statistics in ControlThread.post { body(statistics ?? CallStatistics()) } }
    }
}
