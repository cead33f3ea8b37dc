public import Wire

/// What a simulated peer saw of a call.
public struct PeerReport: Sendable {
    /// When the peer had the other side's SDP.
    public var sdpArrived: MonotonicInstant?
    /// From the SDP's arrival to each step; `nil` for those not reached.
    public var iceConnected: Nanoseconds?
    public var dtlsConnected: Nanoseconds?
    public var firstPacketReceived: Nanoseconds?
    /// When the first RTP packets went out and came in.
    public var sendingBegan: MonotonicInstant?
    public var receivingBegan: MonotonicInstant?
    public var packetsReceived: UInt64 = 0
    public var packetsLost: Int64 = 0
    /// Interarrival jitter [ms].
    public var jitter = 0.0
    /// Of what was received, by the E-model (ITU-T G.107) from loss and jitter: 1.0 to 4.5; `nil` where nothing came.
    public var mos: Double?
    public var ssrcs: [UInt32] = []
    /// Event codes in the order in which they came.
    public var digits: [UInt8] = []
    public var digitsSent: [UInt8] = []
    /// From Meta's accepting of the call to the first RTP packet; less than zero for one that came too early and was lost.
    public var firstPacketAfterAccept: Nanoseconds?
    /// The longest time without an RTP packet, between the first and the last one.
    public var longestGap = Nanoseconds.zero
    /// Frames without a sound in them: comfort, or a pause of the speech.
    public var silentFrames = 0
    /// RTP and RTCP packets that were lost on Meta since it had not accepted the call, had no keys, or did not know the sender.
    public var packetsBeforeAccept = 0
    public var packetsBeforeKeys = 0
    public var packetsFromElsewhere = 0
    /// Packets whose authentication failed.
    public var packetsRefused = 0
    /// How Meta ended the call; `nil` for one that it did not end.
    public var failure: MetaError?
    /// Rules of `WhatsAppRule` that were broken, each with what happened.
    public var violations: [Violation] = []
}
