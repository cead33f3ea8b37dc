import RTP
import Wire

/// One stream that a peer sends: what RFC 3550 section 6.4 reports of it and how well it sounds.
struct IngressStream {
    let ssrc: UInt32
    var reception: ReceptionStatistics
    var sequence = SequenceUnwrapper()
    var timestamps = TimestampUnwrapper()
    var lastArrival: MonotonicInstant
    var quality = QualityHistory()

    init(ssrc: UInt32, clockRate: Int, at now: MonotonicInstant) {
        self.ssrc = ssrc
        reception = ReceptionStatistics(clockRate: clockRate)
        lastArrival = now
    }

    /// A new beginning inside the same SSRC: the numbers before it mean nothing any more.
    mutating func restart() {
        sequence = SequenceUnwrapper()
        timestamps = TimestampUnwrapper()
    }

    var statistics: SSRCStatistics {
        var result = SSRCStatistics()
        result.ssrc = ssrc
        result.packets = reception.packets
        result.bytes = reception.bytes
        result.lastTimestamp = reception.lastTimestamp
        result.lastSequence = reception.lastSequence
        result.cumulativeLoss = reception.cumulativeLost
        result.reordered = reception.reordered
        result.duplicates = reception.duplicates
        result.jitter = reception.jitter
        result.average = quality.average
        result.lowest = quality.lowest
        result.highest = quality.highest
        result.samples = quality.count
        return result
    }
}

/// The streams of one peer. One of them is *active*: it is the one that is heard on the other side.
struct IngressStreams {
    enum Verdict {
        /// To be heard. `startsAnew`: the numbers have nothing to do with those before.
        case play(sequence: Int64, timestamp: Int64, startsAnew: Bool)
        case drop(DropReason)
    }

    /// A peer that changes its SSRC more often than this loses the statistics of the oldest.
    private static let capacity = 16
    /// A stream that is silent for this long gives way to any other.
    private static let silence = Nanoseconds.milliseconds(60)

    private(set) var streams: [IngressStream] = []
    private(set) var activeIndex: Int?
    private var hasProbation = false
    private var probation: (ssrc: UInt32, sequence: UInt16) = (0, 0)

    init() { streams.reserveCapacity(Self.capacity) }

    var active: IngressStream? { activeIndex.map { streams[$0] } }

    /// Takes note of an accepted packet and says whether, and as what, it is heard.
    mutating func receive(_ header: RTPHeader, clockRate: Int, isAuthenticated: Bool, at now: MonotonicInstant) -> Verdict {
        let found = find(header, clockRate: clockRate, isAuthenticated: isAuthenticated, at: now)
        guard let index = found else { return .drop(.inactiveStream) }
        if streams[index].lastArrival <= now { streams[index].lastArrival = now }
        let arrival = streams[index].reception.receive(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, arrival: now, payloadLength: header.payloadLength)
        var startsAnew = index != activeIndex
        switch arrival {
        case .duplicate: return .drop(.duplicate)
        case .stray: return .drop(.late)
        case .restarted:
            streams[index].restart()
            startsAnew = true
        case .first, .inOrder, .reordered: break
        }
        activeIndex = index
        return .play(
            sequence: streams[index].sequence.unwrap(header.sequenceNumber),
            timestamp: streams[index].timestamps.unwrap(header.timestamp), startsAnew: startsAnew)
    }

    /// The stream of a packet, if that one may be heard now.
    private mutating func find(
        _ header: RTPHeader, clockRate: Int, isAuthenticated: Bool, at now: MonotonicInstant
    ) -> Int? {
        if let activeIndex, streams[activeIndex].ssrc == header.ssrc { return activeIndex }
        let known = streams.firstIndex { $0.ssrc == header.ssrc }
        if let activeIndex, now - streams[activeIndex].lastArrival < Self.silence {
            // The active stream still talks. Its former self is late; a stranger must prove itself where nothing else vouches for it.
            if known != nil { return nil }
            if !isAuthenticated, !passesProbation(header) { return nil }
        }
        hasProbation = false
        return known ?? add(header.ssrc, clockRate: clockRate, at: now)
    }

    /// Two packets in sequence (RFC 3550 appendix A.1).
    private mutating func passesProbation(_ header: RTPHeader) -> Bool {
        let passes = hasProbation && probation.ssrc == header.ssrc && header.sequenceNumber == probation.sequence &+ 1
        probation = (header.ssrc, header.sequenceNumber)
        hasProbation = true
        return passes
    }

    private mutating func add(_ ssrc: UInt32, clockRate: Int, at now: MonotonicInstant) -> Int {
        let stream = IngressStream(ssrc: ssrc, clockRate: clockRate, at: now)
        guard streams.count >= Self.capacity else {
            streams.append(stream)
            return streams.count - 1
        }
        var oldest = 0
        for index in streams.indices where index != activeIndex && streams[index].lastArrival <= streams[oldest].lastArrival {
            oldest = index
        }
        streams[oldest] = stream
        return oldest
    }

    // MARK: - RTCP

    mutating func setClockRate(_ rate: Int) {
        if let activeIndex { streams[activeIndex].reception.setClockRate(rate) }
    }

    mutating func senderReportArrived(ssrc: UInt32, ntp: UInt64, at now: MonotonicInstant) {
        guard let index = streams.firstIndex(where: { $0.ssrc == ssrc }) else { return }
        streams[index].reception.senderReportArrived(ntp: ntp, at: now)
    }

    mutating func makeReportBlock(at now: MonotonicInstant) -> ReportBlock? {
        guard let activeIndex else { return nil }
        return streams[activeIndex].reception.makeReportBlock(ssrc: streams[activeIndex].ssrc, at: now)
    }

    /// Closes one interval of quality estimation for the active stream; `nil` when nothing came in it.
    mutating func sampleQuality(roundTrip: Nanoseconds?, codec: EModel.Codec, at now: MonotonicInstant) -> QualitySample? {
        guard let activeIndex else { return nil }
        let interval = streams[activeIndex].reception.takeInterval()
        guard interval.received > 0 else { return nil }
        let jitter = streams[activeIndex].reception.jitter
        return streams[activeIndex].quality.add(
            lossPercent: interval.lossFraction * 100, jitter: jitter, roundTrip: roundTrip, codec: codec, at: now)
    }
}
