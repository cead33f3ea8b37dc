/// A small seeded generator (SplitMix64) for what must differ but need not be secret: SSRCs, first
/// sequence numbers, STUN transaction ids, jitter of RTCP intervals, and the bad network of the tests.
///
/// Below `MediaIO` nobody draws system randomness; a seed arrives with the call plan. Keys, ICE
/// passwords and DTLS randoms never come from here.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
