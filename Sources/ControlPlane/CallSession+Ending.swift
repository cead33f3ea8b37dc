import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    func carryOut(_ delete: DeleteCommand) async -> NGReply {
        guard matches(fromTag: delete.fromTag, toTag: delete.toTag) else { return Self.notFound(isFatal: delete.isFatal) }
        let delay = delete.delay.map(Nanoseconds.seconds) ?? environment.configuration.deleteDelay
        let statistics: CallStatistics
        if delay > .zero {
            setTimer(.deletion, delay)
            statistics = await currentStatistics()
        } else {
            statistics = await end(.deleted)
        }
        return .ok(delete.isFast ? NGDictionary() : report(statistics).dictionary)
    }

    /// What `delete` says of a call that isn't there or has other parties.
    static func notFound(isFatal: Bool) -> NGReply {
        isFatal ? .error(.callOrTagsNotFound) : .ok(warning: NGError.callOrTagsNotFound.rawValue)
    }

    func carryOut(_ query: QueryCommand) async -> NGReply {
        let report = report(await currentStatistics(), narrowedTo: [query.fromTag, query.toTag].compactMap(\.self))
        return .ok(report.dictionary)
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

    private func currentStatistics() async -> CallStatistics {
        let handle = handle
        let statistics = await withCheckedContinuation { continuation in handle.statistics { continuation.resume(returning: $0) } }
        return statistics ?? CallStatistics()
    }
}
