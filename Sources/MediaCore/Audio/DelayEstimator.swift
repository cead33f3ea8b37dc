internal import Wire

/// How long packets should wait: from the delays of past ones, and from whether the packet after a lost one
/// is worth waiting for.
struct DelayEstimator {
    /// The target never shrinks faster: 10 ms in a second.
    private static let shrinkDivisor: Int64 = 100
    /// Losses are averaged over about 2^7 packets.
    private static let lossShift: Int64 = 7

    private let configuration: JitterBufferConfiguration
    private var transits = TransitWindow()
    private var delays = DelayHistogram()
    private var lastArrival: MonotonicInstant?
    /// The share of packets lost of late, 65,536 for all.
    private var lossShare: Int64 = 0
    /// How long a packet waits that met no queue on its way.
    private(set) var target: Nanoseconds
    /// The packets carry in-band FEC: the one after a lost one restores it if it is here in time.
    var packetsCarryRecovery = false

    init(_ configuration: JitterBufferConfiguration) {
        self.configuration = configuration
        target = configuration.minimumDelay
    }

    /// The least transit of late [ns]; `nil` before the first packet.
    var leastTransit: Int64? { transits.isEmpty ? nil : transits.minimum }

    mutating func note(transit: Int64, packetLength: Nanoseconds, at arrival: MonotonicInstant) {
        transits.note(transit, at: arrival)
        delays.record(Nanoseconds(transit &- transits.minimum))
        var desired = max(delays.percentile + JitterBufferConfiguration.startTolerance, configuration.minimumDelay)
        if packetsCarryRecovery, lossShare > 65536 / 100 { desired = max(desired, configuration.minimumDelay + packetLength) }
        desired = min(desired, configuration.maximumDelay)
        let elapsed = max(0, lastArrival.map { (arrival - $0).count } ?? 0)
        target = max(desired, target - Nanoseconds(elapsed / Self.shrinkDivisor))
        lastArrival = arrival
    }

    mutating func noteOutcome(isLost: Bool) {
        lossShare &+= ((isLost ? 65536 : 0) &- lossShare) >> Self.lossShift
    }

    mutating func removeAll() {
        let recovery = packetsCarryRecovery
        self = DelayEstimator(configuration)
        packetsCarryRecovery = recovery
    }
}
