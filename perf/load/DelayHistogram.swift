/// Times in fixed buckets: 64 for each doubling, so that what is read is at most 1.6 % above what was recorded.
struct DelayHistogram: Sendable {
    private static let subBits = 6
    private static let subCount = 1 << subBits
    /// Up to 2^42 ns, 73 minutes; what is longer counts as that.
    private static let doublings = 42 - subBits

    private var buckets = [UInt32](repeating: 0, count: subCount * (doublings + 1))
    private(set) var count = 0
    /// [ns]
    private(set) var maximum: Int64 = 0
    /// [ns]
    private var sum = 0.0

    /// - Parameter time: in nanoseconds; a negative one counts as 0.
    mutating func record(_ time: Int64) {
        let time = max(0, time)
        buckets[Self.bucket(of: time)] &+= 1
        count += 1
        sum += Double(time)
        maximum = max(maximum, time)
    }

    /// The time that a `share` of the records (0 to 1) does not exceed [ns]; 0 without records.
    func quantile(_ share: Double) -> Int64 {
        guard count > 0 else { return 0 }
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        var seen = 0
        for (index, bucket) in buckets.enumerated() {
            seen += Int(bucket)
            if seen >= rank { return min(maximum, Self.upperEdge(of: index)) }
        }
        return maximum
    }

    /// [ns]
    var mean: Double { count == 0 ? 0 : sum / Double(count) }

    private static func bucket(of time: Int64) -> Int {
        guard time >= Int64(subCount) else { return Int(time) }
        let exponent = 63 - time.leadingZeroBitCount
        guard exponent < doublings + subBits else { return subCount * (doublings + 1) - 1 }
        let sub = Int(time >> Int64(exponent - subBits)) & (subCount - 1)
        return (exponent - subBits + 1) * subCount + sub
    }

    private static func upperEdge(of index: Int) -> Int64 {
        guard index >= subCount else { return Int64(index) }
        let shift = Int64(index / subCount - 1)
        return ((Int64(index % subCount + subCount) + 1) << shift) - 1
    }
}
