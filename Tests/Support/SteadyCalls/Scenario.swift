public import MediaCore
public import SRTP
import Wire

/// One kind of call: what each of the two peers speaks.
public struct Scenario: Sendable {
    public struct Peer: Sendable {
        public var format: PayloadFormat
        public var payloadType: UInt8
        public var suite: SRTPSuite?
        /// Meta's end of ICE: checks go on for the life of the call (RFC 7675).
        public var hasICE = false
        /// Every so many packets one is lost; 0 for none.
        public var losesEvery: UInt16 = 0
        /// Presses a digit every 200 packets.
        public var pressesDigits = false
        /// Sends digital silence in place of a tone, half of the time.
        public var pauses = false

        public init(format: PayloadFormat, payloadType: UInt8, suite: SRTPSuite?) {
            self.format = format
            self.payloadType = payloadType
            self.suite = suite
        }

        var payload: PayloadPlan {
            let isOpus = format == .opus
            return PayloadPlan(payloadType: payloadType, format: format, clockRate: isOpus ? 48000 : 8000, channels: isOpus ? 2 : 1)
        }
    }

    public var name: String
    public var first: Peer
    public var second: Peer
    /// The first peer cannot be sent to during the warm-up, and what was kept is worked off during the count.
    public var beginsHeldBack = false
    /// The processors are busy by turns (`EncodingThrift`).
    public var changesThrift = false
    /// What the plan says beside the formats.
    public var adjust: @Sendable (inout CallPlan) -> Void = { _ in }

    public init(
        name: String, first: Peer, second: Peer, beginsHeldBack: Bool = false, changesThrift: Bool = false,
        adjust: @escaping @Sendable (inout CallPlan) -> Void = { _ in }
    ) {
        self.name = name
        self.first = first
        self.second = second
        self.beginsHeldBack = beginsHeldBack
        self.changesThrift = changesThrift
        self.adjust = adjust
    }

    public static let pcmu = Peer(format: .pcmu, payloadType: 0, suite: nil)
    public static let opus = Peer(format: .opus, payloadType: 111, suite: nil)

    public static func secured(_ peer: Peer, _ suite: SRTPSuite) -> Peer {
        var peer = peer
        peer.suite = suite
        return peer
    }

    private static func pausing(_ peer: Peer) -> Peer {
        var peer = peer
        peer.pauses = true
        return peer
    }

    private static func withICE(_ peer: Peer) -> Peer {
        var peer = peer
        peer.hasICE = true
        return peer
    }

    private static func unsteady(_ peer: Peer) -> Peer {
        var peer = peer
        peer.losesEvery = 41
        peer.pressesDigits = true
        return peer
    }

    public static let all = [
        Scenario(name: "plain relay, PCMU", first: pcmu, second: pcmu),
        Scenario(name: "SRTP relay, Opus, AES_CM_128_HMAC_SHA1_80 to plain", first: secured(opus, .aesCM128HMACSHA1_80), second: opus),
        Scenario(name: "SRTP relay, Opus, AEAD_AES_128_GCM to AES_CM_128_HMAC_SHA1_32",
                 first: secured(opus, .aeadAES128GCM), second: secured(opus, .aesCM128HMACSHA1_32)),
        Scenario(name: "transcoding, Opus over SRTP to PCMU", first: secured(opus, .aesCM128HMACSHA1_80), second: pcmu),
        Scenario(name: "transcoding and consent checks, Opus over SRTP and ICE to PCMU",
                 first: withICE(secured(opus, .aesCM128HMACSHA1_80)), second: pcmu),
        Scenario(name: "transcoding with loss and digits, Opus over SRTP to PCMU",
                 first: unsteady(secured(opus, .aesCM128HMACSHA1_80)), second: unsteady(pcmu)),
        Scenario(name: "plain relay with loss and digits, Opus", first: unsteady(opus), second: unsteady(opus)),
        Scenario(name: "transcoding, Opus over AEAD_AES_256_GCM to PCMA over SRTP",
                 first: secured(opus, .aeadAES256GCM),
                 second: secured(Peer(format: .pcma, payloadType: 8, suite: nil), .aesCM128HMACSHA1_80)),
    ] + whatsApp

    /// What the flag `whatsapp` adds to a leg.
    private static let whatsApp = [
        Scenario(name: "a backlog worked off, PCMU to Opus over SRTP", first: secured(opus, .aesCM128HMACSHA1_80), second: pcmu,
                 beginsHeldBack: true),
        Scenario(name: "a recording toward Opus over SRTP", first: secured(opus, .aesCM128HMACSHA1_80), second: pcmu) {
            $0.media[0].playback = PlaybackPlan(clip: clip(16000))
        },
        Scenario(name: "a recording toward PCMU, with loss and digits", first: unsteady(secured(opus, .aesCM128HMACSHA1_80)), second: pcmu) {
            $0.media[1].playback = PlaybackPlan(clip: clip(8000))
        },
        Scenario(name: "packets of silence, events and allowed networks", first: secured(opus, .aesCM128HMACSHA1_80), second: pcmu) { plan in
            plan.observation = ObservationPlan(silenceAfter: .milliseconds(15), lowQuality: 4.4)
            for index in plan.media.indices {
                plan.media[index].presence = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(15))
                plan.media[index].transport.allowedSources = ["198.51.100.0/24", "192.0.2.0/24"].compactMap { IPNetwork($0) }
            }
            plan.media[0].isGated = true
            plan.media[0].keepsEarlyMedia = false
        },
        Scenario(name: "transcoding with pauses while the processors are busy by turns, PCMU to Opus over SRTP",
                 first: secured(opus, .aesCM128HMACSHA1_80), second: pausing(pcmu), changesThrift: true),
        Scenario(name: "relay with packets of silence, Opus", first: opus, second: opus) { plan in
            plan.observation = ObservationPlan(silenceAfter: .seconds(10), lowQuality: 3)
            for index in plan.media.indices { plan.media[index].presence = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400)) }
        },
    ]

    /// A second of a sawtooth.
    private static func clip(_ sampleRate: Int) -> AudioClip {
        AudioClip(samples: (0..<sampleRate).map { Int16($0 % 80 * 100 - 4000) }, sampleRate: sampleRate)
    }
}
