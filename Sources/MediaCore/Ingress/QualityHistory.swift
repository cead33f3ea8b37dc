import RTP
import Wire

/// The E-model's estimates of one stream (ITU-T G.107), one sample a reporting interval: lowest, highest, running average and how
/// they went.
struct QualityHistory {
    private(set) var lowest: QualitySample?
    private(set) var highest: QualitySample?
    private(set) var count = 0
    private var course = QualityCourse()
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
        course.add(sample)
        return sample
    }

    /// How it went, oldest first.
    var progression: [QualitySample] { course.samples }

    var average: QualitySample? {
        guard count > 0 else { return nil }
        let n = Double(count)
        return QualitySample(
            mos: sum.mos / n, roundTrip: sum.roundTrip / Int64(count), jitter: sum.jitter / n, packetLoss: sum.packetLoss / n, at: sum.at)
    }
}

/// A few means of many samples: the more there are, the more go into one.
struct QualityCourse {
    static let capacity = 10

    /// Small, since every stream of every call has them.
    private struct Mean {
        var mos: Float
        /// [ms]
        var jitter: Float
        /// 0 to 100 [%].
        var packetLoss: Float
        /// [us]
        var roundTrip: UInt32
        /// When the last of its samples was taken.
        var at: MonotonicInstant
    }

    private var means: [Mean] = []
    /// How many samples go into one mean, and how many are in the newest.
    private var span = 1
    private var newest = 0

    mutating func add(_ sample: QualitySample) {
        let mean = Mean(
            mos: Float(sample.mos), jitter: Float(sample.jitter), packetLoss: Float(sample.packetLoss),
            roundTrip: UInt32(clamping: sample.roundTrip), at: sample.at)
        if means.isEmpty { means.reserveCapacity(Self.capacity) }
        if newest < span, let last = means.last {
            means[means.count - 1] = Self.mean(of: last, newest, mean)
            newest += 1
            return
        }
        if means.count == Self.capacity { halve() }
        means.append(mean)
        newest = 1
    }

    /// Makes one mean of every two.
    private mutating func halve() {
        for index in 0..<Self.capacity / 2 { means[index] = Self.mean(of: means[2 * index], 1, means[2 * index + 1]) }
        means.removeLast(Self.capacity / 2)
        span &*= 2
    }

    /// - Parameter weight: how many of the second the first stands for.
    private static func mean(of a: Mean, _ weight: Int, _ b: Mean) -> Mean {
        let (n, all) = (Float(weight), Float(weight + 1))
        return Mean(
            mos: (a.mos * n + b.mos) / all, jitter: (a.jitter * n + b.jitter) / all, packetLoss: (a.packetLoss * n + b.packetLoss) / all,
            roundTrip: UInt32(clamping: (Int64(a.roundTrip) * Int64(weight) + Int64(b.roundTrip)) / Int64(weight + 1)), at: b.at)
    }

    var samples: [QualitySample] {
        means.map {
            QualitySample(
                mos: Double($0.mos), roundTrip: Int64($0.roundTrip), jitter: Double($0.jitter), packetLoss: Double($0.packetLoss),
                at: $0.at)
        }
    }
}
