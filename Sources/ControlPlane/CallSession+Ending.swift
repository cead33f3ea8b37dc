import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    func carryOut(_ delete: DeleteCommand, _ reply: @escaping Reply) {
        guard matches(fromTag: delete.fromTag, toTag: delete.toTag) else { return reply(Self.notFound(isFatal: delete.isFatal)) }
        let delay = delete.delay.map(Nanoseconds.seconds) ?? environment.configuration.deleteDelay
        let report: @ControlActor (CallStatistics) -> Void = { [self] statistics in
            reply(.ok(delete.isFast ? NGDictionary() : self.report(statistics).dictionary))
        }
        guard delay > .zero else { return end(.deleted, then: report) }
        setTimer(.deletion, delay)
        withStatistics(report)
    }

    /// What `delete` says of a call that isn't there or has other parties.
    nonisolated static func notFound(isFatal: Bool) -> NGReply {
        isFatal ? .error(.callOrTagsNotFound) : .ok(warning: NGError.callOrTagsNotFound.rawValue)
    }

    func carryOut(_ query: QueryCommand, _ reply: @escaping Reply) {
        withStatistics { [self] statistics in
            reply(.ok(report(statistics, narrowedTo: [query.fromTag, query.toTag].compactMap(\.self)).dictionary))
        }
    }

    /// Whether one of the call's parties makes the offer or gets it.
    func concerns(_ offer: OfferCommand) -> Bool {
        let tags = dialogue?.participants.compactMap(\.tag) ?? []
        return [offer.fromTag, offer.toTag].contains { tag in tag.map(tags.contains) ?? false }
    }

    func matches(fromTag: String?, toTag: String?) -> Bool {
        let tags = dialogue?.participants.compactMap(\.tag) ?? []
        return [fromTag, toTag].allSatisfy { tag in tag.map(tags.contains) ?? true }
    }

    private func withStatistics(_ body: @escaping @ControlActor (CallStatistics) -> Void) {
        handle.statistics { statistics in ControlThread.post { body(statistics ?? CallStatistics()) } }
    }
}
