import RTP
import Wire

/// The E-model's estimates of one stream: lowest, highest and running average (ITU-T G.107), one sample a reporting interval.
struct QualityHistory {
    private(set) var lowest: QualitySample?
    private(set) var highest: QualitySample?
    private(set) var count = 0
    private var sum = QualitySample(mos: 0, roundTrip: 0, jitter: 0, packetLoss: 0, at: MonotonicInstant(nanoseconds: 0))

    /// - Parameters:
    ///   - lossPercent: 0 to 100.
    ///   - jitter: [ms].
    ///   - listeningOnly: delay costs nothing.
    mutating func add(
        lossPercent: Double, jitter: Double, roundTrip: Nanoseconds?, codec: EModel.Codec, listeningOnly: Bool, at now: MonotonicInstant
    ) -> QualitySample {
        let roundTripMilliseconds = (roundTrip?.seconds ?? 0) * 1000
        // What the listener waits: half the way there and back, and a buffer of about twice the jitter.
        let delay = roundTripMilliseconds / 2 + 2 * jitter
        let mos = EModel.mos(packetLossPercent: lossPercent, oneWayDelayMilliseconds: listeningOnly ? 0 : delay, codec: codec)
        let sample = QualitySample(
            mos: mos, roundTrip: roundTrip?.microseconds ?? 0, jitter: jitter, packetLoss: lossPercent, at: now)
        if mos <= lowest?.mos ?? .infinity { lowest = sample }
        if mos >= highest?.mos ?? -.infinity { highest = sample }
        sum.mos += mos
        sum.roundTrip &+= sample.roundTrip
        sum.jitter += jitter
        sum.packetLoss += lossPercent
        sum.at = now
        count += 1
        return sample
    }

    var average: QualitySample? {
        guard count > 0 else { return nil }
        let n = Double(count)
        return QualitySample(
            mos: sum.mos / n, roundTrip: sum.roundTrip / Int64(count), jitter: sum.jitter / n, packetLoss: sum.packetLoss / n, at: sum.at)
    }
}
