import MediaCore
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// The call under rtpengine's key names.
    /// - Parameter tag: with one, only that party and those that it hears.
    func report(_ statistics: CallStatistics, narrowedTo tag: String? = nil) -> CallReport {
        var report = CallReport()
        report.created = created
        report.lastSignal = lastSignal
        report.metadata = metadata
        report.isRecording = controls.recording.map { !$0.plan.isPaused }
        let reporting = environment.settings.ssrcReporting
        report.reportsGlobalSSRC = reporting == .full || reporting == .global
        report.reportsInlineSSRC = reporting == .full || reporting == .inline
        report.parties = shown(tag).map { party($0, statistics) }
        return report
    }

    /// The participants of a report.
    private func shown(_ tag: String?) -> [Int] {
        let participants = dialogue?.participants ?? []
        guard let tag else { return participants.indices.filter { !participants[$0].isGone } }
        guard let named = dialogue?.participant(tag: tag) else { return [] }
        return [named] + heard(by: named)
    }

    /// Whom a participant hears, each once: the party that it talks with, and the sources of its m-lines.
    private func heard(by index: Int) -> [Int] {
        var result = [dialogue?.partner(of: index)].compactMap(\.self)
        for media in plan.media where media.participant == index {
            guard let source = media.source, plan.media.indices.contains(source) else { continue }
            let speaker = plan.media[source].participant
            if !result.contains(speaker) { result.append(speaker) }
        }
        return result
    }

    private func party(_ index: Int, _ statistics: CallStatistics) -> PartyReport {
        guard let participants = dialogue?.participants, participants.indices.contains(index) else { return PartyReport() }
        let participant = participants[index]
        let notes = notes(participant.tag)
        var party = PartyReport()
        party.number = index
        party.tag = participant.tag
        party.viaBranch = participant.viaBranch
        party.aliases = participant.formerTags
        party.label = participant.label ?? notes?.label
        party.metadata = notes?.metadata
        party.created = notes?.created ?? created / 1_000_000
        party.isExcludedFromRecording = controls.excluded.contains(index)
        // What is heard without an offer to whom it is heard of is a subscription.
        party.subscriptions = heard(by: index).map {
            SubscriptionReport(tag: participants[$0].tag, isOfferAnswer: participant.role != .subscriber)
        }
        party.subscribers = participants.indices.filter { !participants[$0].isGone && heard(by: $0).contains(index) }.map {
            SubscriptionReport(tag: participants[$0].tag, isOfferAnswer: participants[$0].role != .subscriber)
        }
        party.medias = (dialogue?.media(of: index) ?? []).compactMap { media($0, statistics, since: party.created) }
        for place in party.medias.indices { party.medias[place].index = place + 1 }
        return party
    }

    private func media(_ place: Int, _ statistics: CallStatistics, since: Int64) -> MediaReport? {
        guard plan.media.indices.contains(place) else { return nil }
        let counters = statistics.media.indices.contains(place) ? statistics.media[place] : MediaStatistics()
        return MediaReporter(
            environment: environment, plan: plan.media[place], statistics: counters, line: dialogue?.line(ofMedia: place),
            isTranscoding: isTranscoding(place), isCallee: isCallee(plan.media[place].participant), since: since).report
    }

    /// An offer brought it into the call, and not its own.
    private func isCallee(_ index: Int) -> Bool {
        guard let participants = dialogue?.participants, participants.indices.contains(index) else { return false }
        return index > 0 && participants[index].role == .party
    }

    /// Audio of an m-line is decoded and encoded, on the way to its peer or from it.
    private func isTranscoding(_ place: Int) -> Bool {
        let ways = [place] + plan.media.indices.filter { plan.media[$0].source == place }
        return ways.contains { plan.transcoder(of: $0) != nil || plan.media[$0].treatment.contains(.alwaysConverts) }
    }
}
