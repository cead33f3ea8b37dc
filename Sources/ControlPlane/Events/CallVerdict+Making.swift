import MediaCore
import Negotiation
import Wire

extension CallVerdict {
    /// What a verdict is given on, beside the counters.
    struct Circumstances: Sendable, Equatable {
        var reason: CallEnd
        /// From the first offer to the end.
        var duration: Nanoseconds
        /// In the order of `CallPlan.media`.
        var parties: [Subject]
        /// When the first answer came into force; `nil` for a call without one.
        var answered: MonotonicInstant?
        var ended: MonotonicInstant
        /// What was found wrong with the call's descriptions.
        var findings: [SDPFinding] = []
    }

    /// The party of one m-line.
    struct Subject: Sendable, Equatable {
        var party: EventParty
        /// It is a WhatsApp leg, so that Meta's rules hold for it.
        var isMeta: Bool
        /// The longest time between two packets that left toward it; `nil` where nobody measured it.
        var longestSendGap: Nanoseconds?
    }

    init(_ statistics: CallStatistics, _ circumstances: Circumstances) {
        let firstPlan = statistics.media.compactMap(\.setup.planned).min()
        reason = circumstances.reason
        duration = circumstances.duration
        parties = circumstances.parties.enumerated().map { index, subject in
            // Without a plan no step was reached either.
            PartyVerdict(
                subject.party, Self.media(index, statistics), planned: firstPlan ?? .distantFuture, answered: circumstances.answered)
        }
        forecast = MetaErrorForecast(
            circumstances, legs: circumstances.parties.enumerated().filter(\.element.isMeta).map { ($1, Self.media($0, statistics)) })
    }

    private static func media(_ index: Int, _ statistics: CallStatistics) -> MediaStatistics {
        statistics.media.indices.contains(index) ? statistics.media[index] : MediaStatistics()
    }
}

extension PartyVerdict {
    init(_ party: EventParty, _ media: MediaStatistics, planned: MonotonicInstant, answered: MonotonicInstant?) {
        self.party = party
        clipped = media.clipped
        setup = SetupVerdict(
            fromPlan: .init(media.setup, from: planned), fromAnswer: answered.map { .init(media.setup, from: $0) })
        packetsIn = media.rtpIn.packets
        packetsOut = media.rtpOut.packets
        lost = media.received.reduce(0) { $0 &+ $1.cumulativeLoss }
        jitter = media.received.last?.jitter
        averageMOS = Self.average(media.received)
        lowestMOS = media.received.compactMap(\.lowest?.mos).min()
        receivedSSRCs = media.received.map(\.ssrc)
        sentSSRC = media.rtpOut.packets > 0 ? media.sentSSRC : nil
        let sample = media.received.compactMap(\.average).last { $0.roundTrip > 0 }
        roundTrip = sample.map { Nanoseconds($0.roundTrip &* 1_000) }
        longestBacklog = media.longestBacklogDelay
        presencePackets = media.presencePackets
    }

    /// Each stream counts by its number of intervals.
    private static func average(_ streams: [SSRCStatistics]) -> Double? {
        var sum = 0.0, samples = 0.0
        for stream in streams {
            guard let average = stream.average else { continue }
            let weight = Double(max(1, stream.samples))
            sum += average.mos * weight
            samples += weight
        }
        return samples > 0 ? sum / samples : nil
    }
}
