import MediaCore
import Wire

/// Sum, sum of squares and number of samples: what an average and its standard deviation are made of.
struct SampleSum: Equatable {
    private(set) var sum = 0.0
    private(set) var squares = 0.0
    private(set) var count: UInt64 = 0

    /// - Parameter weight: how many samples have this value.
    mutating func add(_ value: Double, weight: Int = 1) {
        guard value.isFinite, weight > 0 else { return }
        sum += value * Double(weight)
        squares += value * value * Double(weight)
        count &+= UInt64(weight)
    }

    var average: Double { count == 0 ? 0 : sum / Double(count) }
    var deviation: Double { count == 0 ? 0 : max(0, squares / Double(count) - average * average).squareRoot() }
}

/// Quality as it was measured on the streams that came in. Squares are those of a stream's average, which stands for its samples.
struct QualityTotals: Equatable {
    /// 1.0 to 5.0.
    var mos = SampleSum()
    /// As peers reported it [ms].
    var jitter = SampleSum()
    /// Of both legs together, and of the one [us].
    var roundTrip = SampleSum(), roundTripLeg = SampleSum()
    /// [%]
    var packetLoss = SampleSum()
    /// As it was measured here, in units of the RTP clock's milliseconds [ms].
    var measuredJitter = SampleSum()
    var packetsLost: UInt64 = 0
    var duplicates: UInt64 = 0
    var reordered: UInt64 = 0

    mutating func add(_ stream: SSRCStatistics) {
        packetsLost &+= UInt64(clamping: stream.cumulativeLoss)
        duplicates &+= stream.duplicates
        reordered &+= stream.reordered
        measuredJitter.add(stream.jitter)
        guard let average = stream.average else { return }
        mos.add(average.mos, weight: stream.samples)
        jitter.add(average.jitter, weight: stream.samples)
        packetLoss.add(average.packetLoss, weight: stream.samples)
        // Zero is unknown, not fast.
        guard average.roundTrip > 0 else { return }
        roundTrip.add(Double(average.roundTrip), weight: stream.samples)
        roundTripLeg.add(Double(average.roundTrip), weight: stream.samples)
    }
}

/// What has gone through one local address.
struct InterfaceTotals: Equatable {
    var quality = QualityTotals()
    var received = PacketCounters()
    var sent = PacketCounters()
}

/// What one kind of transcoding has done.
struct TranscoderTotals: Equatable {
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    var samples: UInt64 = 0
}

/// How long the steps of a leg's set-up took after its first plan [s]; the count is how many legs reached the step.
struct SetupTotals: Equatable {
    var ice = SampleSum(), dtls = SampleSum(), firstPacketReceived = SampleSum(), firstPacketSent = SampleSum()

    mutating func add(_ setup: SetupTimes) {
        guard let start = setup.planned else { return }
        func add(_ step: MonotonicInstant?, to sum: inout SampleSum) {
            if let step { sum.add((step - start).seconds) }
        }
        add(setup.iceConnected, to: &ice)
        add(setup.dtlsConnected, to: &dtls)
        add(setup.firstPacketReceived, to: &firstPacketReceived)
        add(setup.firstPacketSent, to: &firstPacketSent)
    }
}

/// What came of all calls that are over.
struct CallTotals: Equatable {
    /// How many ended for each reason.
    private(set) var ended: [CallEnd: UInt64] = [:]
    /// Calls that were not admitted.
    var rejected: UInt64 = 0
    private(set) var traffic = PacketCounters()
    /// Pairs of streams without a packet in either direction, or in one only.
    private(set) var silentStreams: UInt64 = 0
    private(set) var oneWayStreams: UInt64 = 0
    /// [s]
    private(set) var duration = SampleSum()
    private(set) var quality = QualityTotals()
    private(set) var interfaces: [IPAddress: InterfaceTotals] = [:]
    /// By `TranscoderChain.description`, in the order in which they came.
    private(set) var transcoders: [(chain: TranscoderChain, totals: TranscoderTotals)] = []
    private(set) var setup = SetupTotals()
    private(set) var digitsReceived: UInt64 = 0
    private(set) var digitsSent: UInt64 = 0
    /// By `DropReason.rawValue`.
    private(set) var drops = [UInt64](repeating: 0, count: DropReason.allCases.count)

    /// Calls that were admitted and are over.
    var managed: UInt64 { ended.values.reduce(0, &+) }

    func ended(_ reasons: CallEnd...) -> UInt64 { reasons.reduce(0) { $0 &+ (ended[$1] ?? 0) } }

    /// - Parameter length: the call's age [s].
    mutating func add(_ end: CallEnd, length: Double, plan: CallPlan, _ statistics: CallStatistics) {
        guard end != .refused else { return }
        ended[end, default: 0] &+= 1
        duration.add(length)
        for (reason, count) in statistics.drops.enumerated() where drops.indices.contains(reason) { drops[reason] &+= count }
        for (index, media) in statistics.media.enumerated() {
            add(media)
            guard plan.media.indices.contains(index) else { continue }
            add(media, to: plan.media[index])
            addPair(index, plan, statistics)
            addTranscoder(index, plan, media)
        }
    }

    private mutating func add(_ media: MediaStatistics) {
        for counters in [media.rtpIn, media.rtcpIn] {
            traffic.packets &+= counters.packets
            traffic.bytes &+= counters.bytes
            traffic.errors &+= counters.errors
        }
        for stream in media.received { quality.add(stream) }
        setup.add(media.setup)
        digitsReceived &+= media.digitsReceived
        digitsSent &+= media.digitsSent
    }

    private mutating func add(_ media: MediaStatistics, to plan: MediaPlan) {
        let sockets = plan.transport.rtpSockets
        guard let ip = (sockets.first { $0.local.ip.family == media.remoteRTP?.ip.family } ?? sockets.first)?.local.ip else { return }
        var totals = interfaces[ip] ?? InterfaceTotals()
        for stream in media.received { totals.quality.add(stream) }
        totals.received.add(media.rtpIn)
        totals.received.add(media.rtcpIn)
        totals.sent.add(media.rtpOut)
        totals.sent.add(media.rtcpOut)
        interfaces[ip] = totals
    }

    /// Each m-line with the one that it hears, counted with the earlier of the two.
    private mutating func addPair(_ index: Int, _ plan: CallPlan, _ statistics: CallStatistics) {
        guard let source = plan.media[index].source, source < index, statistics.media.indices.contains(source) else { return }
        let packets = [statistics.media[index].rtpIn.packets, statistics.media[source].rtpIn.packets]
        if packets == [0, 0] { silentStreams &+= 1 } else if packets.contains(0) { oneWayStreams &+= 1 }
    }

    private mutating func addTranscoder(_ index: Int, _ plan: CallPlan, _ media: MediaStatistics) {
        guard media.isTranscoding, let chain = plan.transcoder(of: index) else { return }
        let place = transcoders.firstIndex { $0.chain == chain } ?? transcoders.count
        if place == transcoders.count { transcoders.append((chain, TranscoderTotals())) }
        let length = UInt64(clamping: plan.media[index].packetTime ?? 20)
        transcoders[place].totals.packets &+= media.rtpOut.packets
        transcoders[place].totals.bytes &+= media.rtpOut.bytes
        transcoders[place].totals.samples &+= media.rtpOut.packets &* length &* UInt64(clamping: chain.outputClockRate) / 1_000
    }

    static func == (a: CallTotals, b: CallTotals) -> Bool {
        a.ended == b.ended && a.rejected == b.rejected && a.traffic == b.traffic && a.duration == b.duration && a.quality == b.quality
    }
}

extension PacketCounters {
    mutating func add(_ other: PacketCounters) {
        packets &+= other.packets
        bytes &+= other.bytes
        errors &+= other.errors
    }
}
