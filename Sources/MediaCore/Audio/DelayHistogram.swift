internal import Wire

/// The delays of the last 512 packets (ten seconds of 20 ms packets) and a high percentile of them, kept
/// up to date in constant time.
struct DelayHistogram {
    /// 2 ms wide; the last one holds everything from 510 ms on, which is more than any target.
    private static let bucketWidth: Int64 = 2_000_000
    private static let buckets = 256
    private static let window = 512
    /// Of the packets [%] that may be slower than the percentile.
    private static let tail = 3

    private var counts = InlineArray<256, UInt16>(repeating: 0)
    private var samples = InlineArray<512, UInt8>(repeating: 0)
    private var next = 0
    private(set) var count = 0
    /// The bucket that the percentile lies in, and the number of samples in those above it.
    private var bucket = 0
    private var above = 0

    mutating func record(_ delay: Nanoseconds) {
        let new = Int(min(max(delay.count, 0) / Self.bucketWidth, Int64(Self.buckets - 1)))
        if count == Self.window {
            let oldest = Int(samples[next])
            counts[oldest] &-= 1
            if oldest > bucket { above -= 1 }
        } else {
            count += 1
        }
        samples[next] = UInt8(truncatingIfNeeded: new)
        next = (next + 1) % Self.window
        counts[new] &+= 1
        if new > bucket { above += 1 }
        settle()
    }

    /// The delay that 97 % of the packets keep [upper edge of its 2 ms].
    var percentile: Nanoseconds {
        count == 0 ? .zero : Nanoseconds(Int64(bucket) &* Self.bucketWidth &+ Self.bucketWidth)
    }

    mutating func removeAll() { self = DelayHistogram() }

    /// Moves to the lowest bucket above which no more than the tail lies.
    private mutating func settle() {
        let allowed = count * Self.tail / 100
        while above > allowed, bucket < Self.buckets - 1 {
            bucket += 1
            above -= Int(counts[bucket])
        }
        while bucket > 0, above + Int(counts[bucket]) <= allowed {
            above += Int(counts[bucket])
            bucket -= 1
        }
    }
}
