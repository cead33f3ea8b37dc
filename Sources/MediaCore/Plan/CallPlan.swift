public import Wire

/// What a call shall be from now on: the whole of it, not a change.
///
/// Negotiation makes a plan from an offer or answer; `Call.apply` compares it with what runs and keeps
/// everything that the plan leaves alone (SSRC, sequence numbers, timestamps, keys, learnt addresses).
/// A flag of the control protocol becomes a field here or it does not exist for the media.
public struct CallPlan: Sendable, Equatable {
    /// Every m-line of every participant. The index of an m-line never changes while the call lives;
    /// one that is gone stays here as `isActive == false`.
    public var media: [MediaPlan]
    /// The call ends when no media stream brought a packet for this long (`--timeout`).
    public var mediaTimeout: Nanoseconds
    /// The same for a call of which no stream is expected to send, for example on hold (`--silent-timeout`).
    public var silentTimeout: Nanoseconds
    public var observation: ObservationPlan
    /// The TOS byte (IPv4) or traffic class (IPv6) of what the call sends from sockets of its own; `nil` leaves them as they were
    /// opened. The core has nothing to do with it.
    public var trafficClass: UInt8?
    /// `nil`: the call is not recorded.
    public var recording: RecordingPlan?

    public init(
        media: [MediaPlan] = [], mediaTimeout: Nanoseconds = .seconds(60), silentTimeout: Nanoseconds = .seconds(3600),
        observation: ObservationPlan = ObservationPlan(), trafficClass: UInt8? = nil,
        recording: RecordingPlan? = nil
    ) {
        self.media = media
        self.mediaTimeout = mediaTimeout
        self.silentTimeout = silentTimeout
        self.observation = observation
        self.trafficClass = trafficClass
        self.recording = recording
    }
}

/// From when on silence and bad quality are worth an event.
public struct ObservationPlan: Sendable, Equatable {
    /// A peer that may send and brings no RTP for this long is reported once, and again when it goes on; `nil`: never.
    public var silenceAfter: Nanoseconds?
    /// A stream whose quality over a reporting interval falls below this is reported once, and again only after it was above
    /// [MOS, 1.0 to 4.5]; `nil`: never.
    public var lowQuality: Double?

    public init(silenceAfter: Nanoseconds? = nil, lowQuality: Double? = nil) {
        self.silenceAfter = silenceAfter
        self.lowQuality = lowQuality
    }
}

/// One m-line of one participant: where its packets come from and go to, and what may be in them.
public struct MediaPlan: Sendable, Equatable {
    /// Which participant the m-line belongs to; 0 made the first offer.
    public var participant: Int
    /// `false` for a rejected or removed m-line (port 0): no packet is received or sent.
    public var isActive: Bool
    @Boxed public var transport: TransportPlan
    /// The payload types that this peer may send to us, as our SDP to it announced them.
    public var receivePayloads: [PayloadPlan]
    /// The payload types that we may send to this peer, its preferred one first.
    public var sendPayloads: [PayloadPlan]
    /// The length of the audio packets that we send [ms]; `nil` leaves passed-through packets as they come
    /// and means 20 ms for transcoded ones.
    public var packetTime: Int?
    /// Whether this peer wants packets from us (`sendrecv` or `recvonly` in its SDP).
    public var peerReceives: Bool
    /// Whether this peer may send packets to us (`sendrecv` or `sendonly` in its SDP).
    public var peerSends: Bool
    /// The SSRC of everything that we send to this peer, for the life of the call (RFC 3550 section 3).
    public var ssrc: UInt32
    /// The CNAME of our RTCP source description (RFC 3550 section 6.5.1), at most 255 bytes.
    public var cname: String
    /// The index of the m-line whose audio this peer hears; `nil` while there is none.
    public var source: Int?
    /// What we send by ourselves while there is nothing to pass on.
    public var presence: PresencePlan
    /// Audio for this peer that comes before it can be sent is kept and played from its first word on; otherwise it is dropped.
    public var keepsEarlyMedia: Bool
    /// Media for this peer is held back, as if it could not be sent yet, until a later plan opens the gate. What
    /// `presence` says is sent all the same.
    public var isGated: Bool
    /// What this peer hears in place of its source; `nil` for the source itself.
    public var playback: PlaybackPlan?
    /// How packets of the source reach this peer.
    public var relay: RelayKind
    public var treatment: MediaTreatment

    public init(
        participant: Int, isActive: Bool = true, transport: TransportPlan = TransportPlan(),
        receivePayloads: [PayloadPlan] = [], sendPayloads: [PayloadPlan] = [], packetTime: Int? = nil,
        peerReceives: Bool = true, peerSends: Bool = true, ssrc: UInt32, cname: String, source: Int? = nil,
        presence: PresencePlan = PresencePlan(), keepsEarlyMedia: Bool = true, isGated: Bool = false, playback: PlaybackPlan? = nil,
        relay: RelayKind = .audio, treatment: MediaTreatment = []
    ) {
        self.participant = participant
        self.isActive = isActive
        self.transport = transport
        self.receivePayloads = receivePayloads
        self.sendPayloads = sendPayloads
        self.packetTime = packetTime
        self.peerReceives = peerReceives
        self.peerSends = peerSends
        self.ssrc = ssrc
        self.cname = cname
        self.source = source
        self.presence = presence
        self.keepsEarlyMedia = keepsEarlyMedia
        self.isGated = isGated
        self.playback = playback
        self.relay = relay
        self.treatment = treatment
    }

    /// The transport's plan, to be kept without a copy.
    var sharedTransport: Boxed<TransportPlan> { _transport }
}

/// Packets of silence that we make ourselves, for peers that give up a call on which nothing comes.
public struct PresencePlan: Sendable, Equatable {
    /// The moment that the peer can be sent to, a packet leaves, whether or not there is audio for it.
    public var sendsFirst: Bool
    /// No two packets to the peer are further apart than this, whatever its source does; `nil`: silence stays silence.
    public var maximumGap: Nanoseconds?

    public init(sendsFirst: Bool = false, maximumGap: Nanoseconds? = nil) {
        self.sendsFirst = sendsFirst
        self.maximumGap = maximumGap
    }
}

/// Audio in memory, shared by the calls that play it.
public final class AudioClip: Sendable, Equatable {
    /// One channel.
    public let samples: [Int16]
    /// 8000, 16000 or 48000 [Hz].
    public let sampleRate: Int

    public init(samples: [Int16], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    /// The same recording, not one that sounds the same.
    public static func == (a: AudioClip, b: AudioClip) -> Bool { a === b }
}

/// One payload type with its format (RFC 3551, `a=rtpmap`).
public struct PayloadPlan: Sendable, Equatable {
    /// 0 to 127.
    public var payloadType: UInt8
    public var format: PayloadFormat
    /// RTP timestamp units per second; 48000 for Opus whatever the audio is sampled at (RFC 7587 section 4.1).
    public var clockRate: Int
    /// 2 for `opus/48000/2`, which says nothing of the stream itself.
    public var channels: Int
    /// What the peer's `a=fmtp` asks of an Opus encoder; defaults for other formats.
    public var opus: OpusParameters

    public init(payloadType: UInt8, format: PayloadFormat, clockRate: Int, channels: Int = 1, opus: OpusParameters = OpusParameters()) {
        self.payloadType = payloadType
        self.format = format
        self.clockRate = clockRate
        self.channels = channels
        self.opus = opus
    }
}

/// What a payload type carries.
public enum PayloadFormat: Sendable, Equatable {
    case opus, pcmu, pcma
    /// 64 kbit/s. Its RTP clock is 8000 though it samples at 16000 (RFC 3551 section 4.5.2).
    case g722
    /// RFC 3551 section 4.5.11; only one or two channels, at a rate of `linearRates`.
    case l16
    /// RFC 4733, at any clock rate.
    case telephoneEvent
    /// RFC 3389.
    case comfortNoise
    /// Anything else, by its upper-cased encoding name; it can be passed through and not transcoded.
    case other(String)

    /// Whether the core can decode and encode it.
    public var isTranscodable: Bool {
        switch self {
        case .opus, .pcmu, .pcma, .g722, .l16: true
        case .telephoneEvent, .comfortNoise, .other: false
        }
    }
    /// The sampling rates at which L16 can be converted [Hz].
    public static let linearRates = [8000, 12000, 16000, 24000, 48000]
    /// Whether it is the call's audio rather than events or noise beside it.
    public var isAudio: Bool {
        switch self {
        case .telephoneEvent, .comfortNoise: false
        default: true
        }
    }
}

/// What the receiver of an Opus stream asks of its sender (RFC 7587 section 6.1).
public struct OpusParameters: Sendable, Equatable {
    /// Audio bandwidth worth sending, as a sampling rate [Hz]; 8000 to 48000.
    public var maxPlaybackRate: Int
    /// [bit/s]; 6000 to 510000; `nil` leaves the choice to us.
    public var maxAverageBitrate: Int?
    /// The receiver uses in-band FEC.
    public var useInbandFEC: Bool
    /// The receiver wants discontinuous transmission.
    public var useDTX: Bool
    /// The receiver wants constant bit rate.
    public var constantBitrate: Bool
    /// Of our encoder, 0 to 10, while the processors have time for it; `nil` leaves the choice to us. Nothing of a receiver's.
    public var complexity: Int?

    public init(
        maxPlaybackRate: Int = 48000, maxAverageBitrate: Int? = nil, useInbandFEC: Bool = false,
        useDTX: Bool = false, constantBitrate: Bool = false, complexity: Int? = nil
    ) {
        self.maxPlaybackRate = maxPlaybackRate
        self.maxAverageBitrate = maxAverageBitrate
        self.useInbandFEC = useInbandFEC
        self.useDTX = useDTX
        self.constantBitrate = constantBitrate
        self.complexity = complexity
    }
}
