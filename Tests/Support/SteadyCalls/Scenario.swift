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
        /// The tones of a digit are in its audio, twice a second.
        public var pressesTones = false
        /// Sends one packet of comfort noise in place of a second of its audio, every other second.
        public var pausesInNoise = false
        /// What it sends is no audio: packets of any kind, of three sources, every tenth of them RTCP.
        public var isVideo = false

        public init(format: PayloadFormat, payloadType: UInt8, suite: SRTPSuite?, isVideo: Bool = false) {
            self.format = format
            self.payloadType = payloadType
            self.suite = suite
            self.isVideo = isVideo
        }

        var payload: PayloadPlan {
            let isOpus = format == .opus
            let clockRate = isOpus ? 48000 : format == .l16 ? 16000 : 8000
            return PayloadPlan(payloadType: payloadType, format: format, clockRate: clockRate, channels: isOpus ? 2 : 1)
        }
    }

    public var name: String
    public var first: Peer
    public var second: Peer
    /// The first peer cannot be sent to during the warm-up, and what was kept is worked off during the count.
    public var beginsHeldBack = false
    /// The processors are busy by turns (`EncodingThrift`).
    public var changesThrift = false
    /// The second peer is played digits every four seconds.
    public var playsDigits = false
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
    public static let g722 = Peer(format: .g722, payloadType: 9, suite: nil)

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
    ] + wideband + whatsApp + treatments + relays + recordings

    private static let wideband = [
        Scenario(name: "plain relay, G.722", first: g722, second: g722),
        Scenario(name: "transcoding, Opus over SRTP to G.722", first: secured(opus, .aesCM128HMACSHA1_80), second: g722),
        Scenario(name: "transcoding, G.722 to PCMU", first: g722, second: pcmu),
        Scenario(name: "transcoding with loss and digits, G.722 to Opus", first: unsteady(g722), second: unsteady(opus)),
        Scenario(name: "transcoding, L16 at 16000 to PCMU", first: Peer(format: .l16, payloadType: 118, suite: nil), second: pcmu),
        Scenario(name: "transcoding with comfort noise, PCMU to G.722", first: noisy(pcmu), second: g722),
        Scenario(name: "plain relay with comfort noise, PCMU", first: noisy(pcmu), second: pcmu) {
            $0.media[1].sendPayloads.append(PayloadPlan(payloadType: 13, format: .comfortNoise, clockRate: 8000))
        },
        Scenario(name: "plain relay with comfort noise for a peer that knows none, PCMU", first: noisy(pcmu), second: pcmu),
    ]

    private static func noisy(_ peer: Peer) -> Peer {
        var peer = peer
        peer.pausesInNoise = true
        return peer
    }

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

    private static func pressing(_ peer: Peer, tones: Bool) -> Peer {
        var peer = peer
        peer.pressesTones = tones
        peer.pressesDigits = !tones
        return peer
    }

    private static func treated(
        _ name: String, _ first: Peer, _ second: Peer, _ treatment: MediaTreatment, playsDigits: Bool = false,
        knowsEvents: Bool = true
    ) -> Scenario {
        var scenario = Scenario(name: name, first: first, second: second) { plan in
            plan.media[1].treatment = treatment
            if !knowsEvents { plan.media[1].sendPayloads.removeAll { $0.format == .telephoneEvent } }
            // What is blocked leaves packets of silence.
            if treatment.contains(.blocked) { plan.media[1].presence = PresencePlan(maximumGap: .milliseconds(20)) }
        }
        scenario.playsDigits = playsDigits
        return scenario
    }

    /// `MediaTreatment`, and what the control side does to a call.
    private static let treatments = [
        treated("blocked, PCMU", pcmu, pcmu, .blocked),
        treated("blocked, PCMU to Opus", pcmu, opus, .blocked),
        treated("silenced, PCMU", pcmu, pcmu, .silenced),
        treated("silenced, Opus", opus, opus, .silenced),
        treated("silenced, Opus over SRTP to PCMU", secured(opus, .aesCM128HMACSHA1_80), pcmu, .silenced),
        treated("digits blocked, PCMU", pressing(pcmu, tones: false), pcmu, .digitsBlocked),
        treated("always converted, PCMU", pcmu, pcmu, .alwaysConverts),
        treated("tones detected, PCMU", pressing(pcmu, tones: true), pcmu, .detectsTones),
        treated("tones detected, Opus to PCMU", pressing(opus, tones: true), pcmu, .detectsTones),
        treated("tones made, PCMU", pressing(pcmu, tones: false), pcmu, .generatesTones, knowsEvents: false),
        treated("tones made, PCMU to Opus", pressing(pcmu, tones: false), opus, .generatesTones, knowsEvents: false),
        treated("digits played as events, PCMU", pcmu, pcmu, [], playsDigits: true),
        treated("digits played as tones, Opus to PCMU", opus, pcmu, [], playsDigits: true, knowsEvents: false),
        Scenario(name: "a recording with an end, PCMU", first: pcmu, second: pcmu) {
            $0.media[1].playback = PlaybackPlan(clip: clip(8000), id: 1, repetitions: 100, start: 300)
        },
    ]

    private static func recorded(_ name: String, _ first: Peer, _ second: Peer, sampleRate: Int) -> Scenario {
        Scenario(name: "recorded, \(name)", first: first, second: second) {
            $0.recording = RecordingPlan(id: 1, packets: [.received, .sent], sampleRate: sampleRate)
        }
    }

    /// `RecordingPlan`: packets and audio of both sides.
    private static let recordings = [
        recorded("PCMU", pcmu, pcmu, sampleRate: 8000),
        recorded("PCMU with pauses to Opus over SRTP", pausing(pcmu), secured(opus, .aesCM128HMACSHA1_80), sampleRate: 16000),
        recorded("Opus with loss and digits", unsteady(opus), unsteady(opus), sampleRate: 16000),
    ]

    private static let video = Peer(format: .other("VP8"), payloadType: 96, suite: nil, isVideo: true)

    /// `RelayKind`.
    private static let relays = [
        Scenario(name: "packets, plain", first: video, second: video) { plan in
            for index in plan.media.indices { plan.media[index].relay = .packets }
        },
        Scenario(name: "packets, AES_CM_128_HMAC_SHA1_80 to AEAD_AES_128_GCM with other numbers",
                 first: secured(video, .aesCM128HMACSHA1_80), second: secured(video, .aeadAES128GCM)) { plan in
            for index in plan.media.indices { plan.media[index].relay = .packets }
            plan.media[1].sendPayloads[0].payloadType = 120
        },
        Scenario(name: "datagrams", first: video, second: video) { plan in
            for index in plan.media.indices { plan.media[index].relay = .datagrams }
        },
    ]
}
