import RTP
import Wire

/// One stream that a peer sends: what RFC 3550 section 6.4 reports of it and how well it sounds.
struct IngressStream {
    let ssrc: UInt32
    /// Which of the peer's streams it is: 0 came first.
    let place: Int
    fileprivate(set) var lastArrival: MonotonicInstant
    private var sequence = SequenceUnwrapper()
    private var timestamps = TimestampUnwrapper()
    fileprivate var reception: ReceptionStatistics
    fileprivate var quality = QualityHistory()

    fileprivate init(ssrc: UInt32, place: Int, clockRate: Int, at now: MonotonicInstant) {
        self.ssrc = ssrc
        self.place = place
        reception = ReceptionStatistics(clockRate: clockRate)
        lastArrival = now
    }

    /// Takes note of a packet; `nil` for one of another stream.
    fileprivate mutating func receive(_ header: RTPHeader, at now: MonotonicInstant) -> IngressStreams.Verdict? {
        guard header.ssrc == ssrc else { return nil }
        if lastArrival <= now { lastArrival = now }
        let arrival = reception.receive(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, arrival: now, payloadLength: header.payloadLength)
        switch arrival {
        case .duplicate: return .drop(.duplicate)
        case .stray: return .drop(.late)
        case .restarted:
            // A new beginning inside the same SSRC: the numbers before it mean nothing any more.
            sequence = SequenceUnwrapper()
            timestamps = TimestampUnwrapper()
        case .first, .inOrder, .reordered: break
        }
        return .play(
            sequence: sequence.unwrap(header.sequenceNumber), timestamp: timestamps.unwrap(header.timestamp),
            startsAnew: arrival == .restarted)
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
        result.progression = quality.progression
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

    /// There is an active stream: none until the first packet came.
    private var hasActive = false
    private var hasProbation = false
    private var current = IngressStream(ssrc: 0, place: 0, clockRate: 1, at: MonotonicInstant(nanoseconds: 0))
    private var others: [IngressStream] = []
    private var probation: (ssrc: UInt32, sequence: UInt16) = (0, 0)

    var activeSSRC: UInt32? { hasActive ? current.ssrc : nil }

    /// Oldest first.
    var streams: [IngressStream] { hasActive ? (others + [current]).sorted { $0.place < $1.place } : [] }

    /// Takes note of an accepted packet and says whether, and as what, it is heard.
    mutating func receive(_ header: RTPHeader, clockRate: Int, isAuthenticated: Bool, at now: MonotonicInstant) -> Verdict {
        if hasActive, let verdict = current.receive(header, at: now) { return verdict }
        return receiveOther(header, clockRate: clockRate, isAuthenticated: isAuthenticated, at: now)
    }

    /// A packet of a stream that is not the active one: it takes its place, or is not heard.
    private mutating func receiveOther(
        _ header: RTPHeader, clockRate: Int, isAuthenticated: Bool, at now: MonotonicInstant
    ) -> Verdict {
        let known = others.firstIndex { $0.ssrc == header.ssrc }
        if hasActive, now - current.lastArrival < Self.silence {
            // The active stream still talks. Its former self is late; a stranger must prove itself where nothing else vouches for it.
            if known != nil { return .drop(.inactiveStream) }
            if !isAuthenticated, !passesProbation(header) { return .drop(.inactiveStream) }
        }
        hasProbation = false
        guard let known else { return receiveFirst(header, clockRate: clockRate, at: now) }
        guard let verdict = others[known].receive(header, at: now) else { return .drop(.inactiveStream) }
        guard case .play(let sequence, let timestamp, _) = verdict else { return verdict }
        swap(&current, &others[known])
        return .play(sequence: sequence, timestamp: timestamp, startsAnew: true)
    }

    /// Two packets in sequence (RFC 3550 appendix A.1).
    private mutating func passesProbation(_ header: RTPHeader) -> Bool {
        let passes = hasProbation && probation.ssrc == header.ssrc && header.sequenceNumber == probation.sequence &+ 1
        probation = (header.ssrc, header.sequenceNumber)
        hasProbation = true
        return passes
    }

    /// A stream that was not there before becomes the active one.
    private mutating func receiveFirst(_ header: RTPHeader, clockRate: Int, at now: MonotonicInstant) -> Verdict {
        var place = hasActive ? others.count + 1 : 0
        if place >= Self.capacity, let oldest = others.indices.min(by: { others[$0].lastArrival < others[$1].lastArrival }) {
            place = others[oldest].place
            others.remove(at: oldest)
        }
        if hasActive { others.append(current) }
        hasActive = true
        current = IngressStream(ssrc: header.ssrc, place: place, clockRate: clockRate, at: now)
        guard case .play(let sequence, let timestamp, _) = current.receive(header, at: now) else { return .drop(.inactiveStream) }
        return .play(sequence: sequence, timestamp: timestamp, startsAnew: true)
    }

    /// Takes note of a packet that goes on as it is, among as many streams as the peer likes to send.
    mutating func count(_ header: RTPHeader, clockRate: Int, at now: MonotonicInstant) -> Verdict {
        if hasActive {
            if let verdict = current.receive(header, at: now) { return verdict }
            if let known = others.firstIndex(where: { $0.ssrc == header.ssrc }), let verdict = others[known].receive(header, at: now) {
                return verdict
            }
        }
        return receiveFirst(header, clockRate: clockRate, at: now)
    }

    // MARK: - RTCP

    mutating func setClockRate(_ rate: Int) {
        if hasActive { current.reception.setClockRate(rate) }
    }

    mutating func senderReportArrived(ssrc: UInt32, ntp: UInt64, at now: MonotonicInstant) {
        if activeSSRC == ssrc {
            current.reception.senderReportArrived(ntp: ntp, at: now)
        } else if let index = others.firstIndex(where: { $0.ssrc == ssrc }) {
            others[index].reception.senderReportArrived(ntp: ntp, at: now)
        }
    }

    mutating func makeReportBlock(at now: MonotonicInstant) -> ReportBlock? {
        hasActive ? current.reception.makeReportBlock(ssrc: current.ssrc, at: now) : nil
    }

    /// Closes one interval of quality estimation for the active stream; `nil` when nothing came in it.
    mutating func sampleQuality(
        roundTrip: Nanoseconds?, codec: EModel.Codec, listeningOnly: Bool, at now: MonotonicInstant
    ) -> QualitySample? {
        guard hasActive else { return nil }
        let interval = current.reception.takeInterval()
        guard interval.received > 0 else { return nil }
        return current.quality.add(
            lossPercent: interval.lossFraction * 100, jitter: current.reception.jitter, roundTrip: roundTrip, codec: codec,
            listeningOnly: listeningOnly, at: now)
    }
}
