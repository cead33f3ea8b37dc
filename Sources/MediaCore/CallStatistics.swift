public import Wire

/// A snapshot of a call's counters, by value.
public struct CallStatistics: Sendable, Equatable {
    /// One for each m-line, in the order of `CallPlan.media`.
    public var media: [MediaStatistics] = []
    /// Packets that ended early, by `DropReason.rawValue`.
    public var drops: [UInt64] = Array(repeating: 0, count: DropReason.allCases.count)

    public init() {}
}

/// Traffic of one kind in one direction.
public struct PacketCounters: Sendable, Equatable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    public var errors: UInt64 = 0
    public init() {}
}

/// The counters of one m-line, from the side of its peer: `in` is what the peer sent to us.
public struct MediaStatistics: Sendable, Equatable {
    /// `MediaPlan.participant`.
    public var participant = 0
    /// UDP payload bytes, before decryption and after encryption.
    public var rtpIn = PacketCounters()
    public var rtcpIn = PacketCounters()
    public var rtpOut = PacketCounters()
    public var rtcpOut = PacketCounters()
    /// Where we send to now: ICE's pair, the latched source, or the SDP's address.
    public var remoteRTP: TransportAddress?
    public var remoteRTCP: TransportAddress?
    /// `remoteRTP` was learnt or chosen by ICE, not just read in the SDP.
    public var isLatched = false
    /// It is not going to be learnt any more: ICE has chosen, the time for better sources is over, or there is nothing to learn.
    public var isSettled = false
    public var iceState = ICEConnectionState.none
    /// The handshake is done and the certificate is the one of the SDP.
    public var dtlsIsVerified = false
    /// RFC 4568 name of the suite in use, once there is one.
    public var cryptoSuite: String?
    /// When the last packet came from this peer.
    public var lastPacket: MonotonicInstant?
    public var setup = SetupTimes()
    /// The streams that this peer sent, oldest first (bounded).
    public var received: [SSRCStatistics] = []
    /// The payload type of the audio, or of whatever is relayed, that the peer sent last; `nil` before any.
    public var receivedPayloadType: UInt8?
    /// The one stream that we send to it, number and timestamp of its newest packet, and the payload bytes so far.
    public var sentSSRC: UInt32 = 0
    public var sentSequence: UInt16 = 0
    public var sentTimestamp: UInt32 = 0
    public var sentOctets: UInt64 = 0
    /// Whether audio toward this peer is transcoded.
    public var isTranscoding = false
    /// Events that the peer pressed, and those that it was sent, each once.
    public var digitsReceived: UInt64 = 0
    public var digitsSent: UInt64 = 0
    /// Speech for this peer that came before it could be sent and was given up: the backlog was full, or not wanted.
    public var clipped = Nanoseconds.zero
    /// How much later than it came audio is sent to this peer now because of the backlog, and at most so far.
    public var backlogDelay = Nanoseconds.zero
    public var longestBacklogDelay = Nanoseconds.zero
    /// The longest time between two packets, RTP or RTCP, that left toward this peer.
    public var longestSendGap = Nanoseconds.zero
    /// Packets of silence of our own making (`PresencePlan`).
    public var presencePackets: UInt64 = 0
    /// Frames encoded for this peer at less than the usual quality, because the processors were busy (`EncodingThrift`).
    public var thriftyFrames: UInt64 = 0
    /// Frames of digital silence that were sent to this peer from a prepared packet, without the encoder.
    public var preparedFrames: UInt64 = 0
    /// Where in its clip the last frame began that was played to this peer, in the present playing or the last one [ms]; `nil` before any.
    public var playbackPosition: Int?
    /// A clip is being played to this peer, or waits for it.
    public var isPlaying = false
    /// Packets from networks that are not among `TransportPlan.allowedSources`.
    public var sourcesRefused: UInt64 = 0
    /// Everything is in place to send media to this peer, and its gate is open.
    public var isReady = false
    public init() {}
}

/// What is counted of one m-line while the call runs, the counters of each packet first; `MediaStatistics` has the words.
struct LegStatistics {
    var rtpIn = PacketCounters()
    var lastPacket: MonotonicInstant?
    var setup = SetupTimes()
    var rtpOut = PacketCounters()
    var longestSendGap = Nanoseconds.zero
    var rtcpIn = PacketCounters()
    var rtcpOut = PacketCounters()
    var digitsReceived: UInt64 = 0
    var digitsSent: UInt64 = 0
    var clipped = Nanoseconds.zero
    var backlogDelay = Nanoseconds.zero
    var longestBacklogDelay = Nanoseconds.zero
    var presencePackets: UInt64 = 0
    var thriftyFrames: UInt64 = 0
    var preparedFrames: UInt64 = 0
    var sourcesRefused: UInt64 = 0
    /// -1 before any.
    var playbackPosition: Int32 = -1
}

extension MediaStatistics {
    init(_ leg: LegStatistics) {
        rtpIn = leg.rtpIn
        rtcpIn = leg.rtcpIn
        rtpOut = leg.rtpOut
        rtcpOut = leg.rtcpOut
        lastPacket = leg.lastPacket
        setup = leg.setup
        digitsReceived = leg.digitsReceived
        digitsSent = leg.digitsSent
        clipped = leg.clipped
        backlogDelay = leg.backlogDelay
        longestBacklogDelay = leg.longestBacklogDelay
        longestSendGap = leg.longestSendGap
        presencePackets = leg.presencePackets
        thriftyFrames = leg.thriftyFrames
        preparedFrames = leg.preparedFrames
        sourcesRefused = leg.sourcesRefused
        playbackPosition = leg.playbackPosition < 0 ? nil : Int(leg.playbackPosition)
    }
}

/// `ICEState` without the difference between new and checking; `none` without ICE.
public enum ICEConnectionState: Sendable, Equatable { case none, checking, connected, failed }

/// When each step of the set-up was reached; `nil` for those not (yet) reached.
public struct SetupTimes: Sendable, Equatable {
    public var firstPacketReceived: MonotonicInstant?
    public var firstPacketSent: MonotonicInstant?
    /// The first plan.
    public var planned: MonotonicInstant?
    public var iceConnected: MonotonicInstant?
    public var dtlsConnected: MonotonicInstant?
    /// The first moment at which media could be sent to the peer.
    public var mediaReady: MonotonicInstant?
    public init() {}
}

/// One received stream (RFC 3550 section 6.4).
public struct SSRCStatistics: Sendable, Equatable {
    public var ssrc: UInt32 = 0
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    /// Timestamp and number of the newest packet, as they stood in it.
    public var lastTimestamp: UInt32 = 0
    public var lastSequence: UInt16 = 0
    /// Expected less received (RFC 3550 section 6.4.1); negative where packets came twice.
    public var cumulativeLoss: Int64 = 0
    public var reordered: UInt64 = 0
    public var duplicates: UInt64 = 0
    /// Interarrival jitter [ms].
    public var jitter = 0.0
    /// Over all intervals, the worst and the best of them; `nil` before the first one is over.
    public var average: QualitySample?
    public var lowest: QualitySample?
    public var highest: QualitySample?
    /// How many intervals `average` is of.
    public var samples = 0
    /// How it went, oldest first: at most ten means, all but the last of equally many intervals.
    public var progression: [QualitySample] = []
    public init() {}
}

/// One estimate of the E-model (ITU-T G.107) over one reporting interval.
public struct QualitySample: Sendable, Equatable {
    /// 1.0 to 5.0.
    public var mos: Double
    /// [us]; 0 while unknown.
    public var roundTrip: Int64
    /// [ms]
    public var jitter: Double
    /// 0 to 100 [%].
    public var packetLoss: Double
    /// When the interval ended.
    public var at: MonotonicInstant

    public init(mos: Double, roundTrip: Int64, jitter: Double, packetLoss: Double, at: MonotonicInstant) {
        self.mos = mos
        self.roundTrip = roundTrip
        self.jitter = jitter
        self.packetLoss = packetLoss
        self.at = at
    }
}
