import MediaCore
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// The call under rtpengine's key names; with tags, only those parties and the ones that they talk to.
    func report(_ statistics: CallStatistics, narrowedTo tags: [String] = []) -> CallReport {
        let participants = dialogue?.participants ?? []
        let named = tags.compactMap { dialogue?.participant(tag: $0) }
        let shown = participants.indices.filter { index in
            guard !participants[index].isGone else { return false }
            return tags.isEmpty || named.contains(index) || dialogue?.partner(of: index).map(named.contains) ?? false
        }
        var report = CallReport()
        report.created = created
        report.lastSignal = lastSignal
        report.metadata = metadata
        let reporting = environment.settings.ssrcReporting
        report.reportsGlobalSSRC = reporting == .full || reporting == .global
        report.reportsInlineSSRC = reporting == .full || reporting == .inline
        report.parties = shown.map { party($0, statistics) }
        return report
    }

    private func party(_ index: Int, _ statistics: CallStatistics) -> PartyReport {
        guard let participants = dialogue?.participants, participants.indices.contains(index) else { return PartyReport() }
        let participant = participants[index]
        let notes = notes(participant.tag)
        let others = [dialogue?.partner(of: index).flatMap { participants[$0].tag }].compactMap(\.self)
        var party = PartyReport()
        party.tag = participant.tag
        party.viaBranch = participant.viaBranch
        party.label = participant.label ?? notes?.label
        party.created = notes?.created ?? created / 1_000_000
        party.subscriptions = others
        party.subscribers = others
        for place in dialogue?.media(of: index) ?? [] where plan.media.indices.contains(place) {
            let media = plan.media[place]
            let counters = statistics.media.indices.contains(place) ? statistics.media[place] : MediaStatistics()
            var report = MediaReporter(environment: environment, plan: media, statistics: counters, since: party.created).report
            report.index = party.medias.count + 1
            let line = dialogue?.line(ofMedia: place)
            report.transport = line?.transportProtocol ?? participant.transportProtocol
            report.type = line?.kind ?? report.type
            report.codec = line?.codecName
            party.medias.append(report)
        }
        return party
    }
}
