import MediaCore
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// The call under rtpengine's key names; with tags, only those parties and the ones that they talk to.
    func report(_ statistics: CallStatistics, narrowedTo tags: [String] = []) -> CallReport {
        let participants = dialogue?.participants ?? []
        let isShown = tags.isEmpty || participants.contains { $0.tag.map(tags.contains) ?? false }
        var report = CallReport()
        report.created = created
        report.lastSignal = lastSignal
        report.metadata = metadata
        let reporting = environment.configuration.ssrcReporting
        report.reportsGlobalSSRC = reporting == .full || reporting == .global
        report.reportsInlineSSRC = reporting == .full || reporting == .inline
        // Each of the two talks to the other, so a tag of the call means both.
        report.parties = isShown ? participants.indices.map { party($0, statistics) } : []
        return report
    }

    private func party(_ index: Int, _ statistics: CallStatistics) -> PartyReport {
        guard let participants = dialogue?.participants, participants.indices.contains(index) else { return PartyReport() }
        let participant = participants[index]
        let notes = notes(participant.tag)
        let others = participants.indices.filter { $0 != index }.compactMap { participants[$0].tag }
        var party = PartyReport()
        party.tag = participant.tag
        party.viaBranch = participant.viaBranch
        party.label = notes?.label
        party.created = notes?.created ?? created / 1_000_000
        party.subscriptions = others
        party.subscribers = others
        for (place, media) in plan.media.enumerated() where media.participant == index {
            let counters = statistics.media.indices.contains(place) ? statistics.media[place] : MediaStatistics()
            var report = MediaReporter(environment: environment, plan: media, statistics: counters, since: party.created).report
            report.index = party.medias.count + 1
            report.transport = participant.transportProtocol
            report.codec = participant.codecName
            party.medias.append(report)
        }
        return party
    }
}
