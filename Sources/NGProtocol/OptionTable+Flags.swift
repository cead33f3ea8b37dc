extension OptionTable {
    /// Flags that shape the SDP and the media.
    static let mediaFlags: [OptionEntry] = addressFlags + negotiationFlags + rtcpFlags + forkingFlags + codecFlags + plainPrefixes

    private static let addressFlags: [OptionEntry] = [
        .flag("trust-address", .p1, "send media to the SDP's address") { $0.media.addressing.usesSIPSource = false },
        .flag("SIP-source-address", aliases: ["sip-source-address"], .p1, "send media to received-from") {
            $0.media.addressing.usesSIPSource = true
        },
        .ignored("symmetric", .flag, .p1, "the default: answer to where packets come from"),
        .flag("asymmetric", .p1, "the peer sends from elsewhere than it listens: accept from anywhere, learn nothing") {
            $0.media.addressing.isAsymmetric = true
        },
        .flag("strict-source", .p1, "with asymmetric: accept from the SDP's address only; otherwise always so for the learnt address") {
            $0.media.addressing.strictSource = true
        },
        .flag("media-handover", .p2, "follow a peer whose address changes") { $0.media.addressing.mediaHandover = true },
        .prefix("endpoint-learning-", .p1, "as the key endpoint-learning") { $1.media.applyLearning($0) },
        .flag("NAT-wait", aliases: ["nat-wait"], .p2,
              "send neither media nor reports to the speaker before it has sent something; not to Meta") {
            $0.media.audio.waitsForPeer = true
        },
        .flag("pierce-NAT", aliases: ["pierce-nat"], .p2,
              "an empty packet a second to the speaker, until it has sent something; not with ICE") {
            $0.media.audio.piercesNAT = true
        },
    ]

    private static let negotiationFlags: [OptionEntry] = [
        .flag("reset", .p1, "offer: forget what was learnt of the peer's ICE and SRTP") { $0.media.resetsNegotiation = true },
        .flag("ICE-reject", aliases: ["ice-reject", "reject-ICE", "reject-ice"], .p1, "treat the offer as if it had no ICE") {
            $0.media.ice.rejects = true
        },
        .flag("trickle-ICE", aliases: ["trickle-ice"], .p2, "our descriptions say a=ice-options:trickle (RFC 8840)") {
            $0.media.ice.trickles = true
        },
        .flag("WebRTC", aliases: ["webrtc", "webRTC", "WebRtc"], .p1, "DTLS-SRTP, ICE with trickle, rtcp-mux, mid and bundle, no SDES") {
            $0.media.applyWebRTC()
        },
        .flag("generate-mid", .p1, "add a=mid") { $0.media.generateMID = true },
        .ignored("no-tls-id", .flag, .p1, "holds in any case: we write no a=tls-id (RFC 8842)"),
        .flag("pad-crypto", .p2, "as SDES=pad") { $0.media.sdes.pads = true },
        .flag("original-sendrecv", .p2, "leave the direction attributes alone") { $0.media.originalDirection = true },
        .flag("loop-protect", .p2, "mark our descriptions and leave marked ones alone") { $0.media.text.protectsFromLoops = true },
        .flag("strip-extmap", .p2, "as extmap strip of all") { $0.media.text.stripExtensions() },
        .ignored("recrypt", .flag, .p2, "always so: packets are opened, checked and protected anew"),
        .ignored("no-passthrough", .flag, .p3, "always so: what passes is opened and checked"),
        .ignored("no-redis-update", .flag, .p3, "nothing is stored"),
    ]

    private static let rtcpFlags: [OptionEntry] = [
        .ignored("generate-RTCP", aliases: ["generate-rtcp"], .flag, .p1, "always so for audio; RTCP of other media passes"),
        .flag("no-rtcp-attribute", aliases: ["no-RTCP-attribute"], .p1, "leave a=rtcp out") { $0.media.noRTCPAttribute = true },
        .flag("full-rtcp-attribute", aliases: ["full-RTCP-attribute"], .p1, "a=rtcp with the address") {
            $0.media.fullRTCPAttribute = true
        },
    ]

    private static let forkingFlags: [OptionEntry] = [
        .flag("new-branch", .p1, "offer: a further branch of a forked call, with ports of its own") { $0.media.forking.isNewBranch = true },
        .flag("provisional", .p1, "answer: not the last word; another to-tag may follow") { $0.media.forking.isProvisional = true },
        .flag("port-latching", .p2, "the default: our ports stay when the speaker's address changes") {
            $0.media.forking.renewsPorts = false
        },
        .flag("no-port-latching", .p2,
              "new ports toward the other side when the speaker's address changes; an answer's not with ICE") {
            $0.media.forking.renewsPorts = true
        },
    ]

    private static let codecFlags: [OptionEntry] = [
        .flag("single-codec", .p1, "the answer keeps one codec") { $0.media.codecs.single = true },
        .ignored("allow-asymmetric-codecs", aliases: ["allow-asymmetric-codec"], .flag, .p1,
                 "holds in any case: an answer may number the payload types otherwise than the offer"),
        .ignored("allow-no-codec-media", aliases: ["allow-no-codec-medias", "allow-empty-codec-media", "allow-empty-codec-medias"], .flag,
                 .p3, "an m-line left without a codec is rejected in any case; the call's first audio has to have one"),
        .flag("allow-transcoding", .p2, "subscribe answer: not all codecs need to be taken") { $0.media.codecs.allowsTranscoding = true },
        .flag("always-transcode", .p2, "as codec accept=all") { $0.media.codecs.alwaysTranscode = true },
        .flag("reuse-codecs", aliases: ["no-codec-renegotiation"], .p2, "no other codecs in a re-offer") { $0.media.codecs.reuses = true },
        .flag("static-codecs", aliases: ["static-codec"], .p2, "offer: the codecs toward the answerer stay as they were") {
            $0.media.codecs.areStatic = true
        },
        .prefix("transcode-", .p1, "as codec transcode") { $1.media.codecs.applyFlag("transcode", $0) },
        .ignored("asymmetric-codecs", .flag, .p3, "obsolete"),
        .ignored("symmetric-codecs", .flag, .p3, "obsolete"),
        .ignored("reorder-codecs", .flag, .p3, "obsolete"),
    ] + ["strip", "except", "offer", "transcode", "mask", "accept", "consume", "set", "ignore"].map { operation in
        .prefix("codec-\(operation)-", .p1, "as codec \(operation)") { $1.media.codecs.applyFlag(operation, $0) }
    }

    private static let plainPrefixes: [OptionEntry] = [
        .prefix("rtcp-mux-", aliases: ["RTCP-mux-"], .p1, "as the key rtcp-mux") { $1.media.applyRTCPMux($0) },
        .prefix("SDES-", .p1, "as the key SDES") { $1.media.sdes.apply($0) },
        .prefix("OSRTP-", .p2, "as the key OSRTP") { $1.media.osrtp.apply($0) },
        .prefix("replace-", .p1, "as the key replace") { $1.media.applyReplace($0) },
        .prefix("BUNDLE-", .p2, "as the key bundle") { $1.media.applyBundle($0) },
    ] + ["add", "remove", "substitute"].map { command in
        .prefix("sdp-attr-\(command)-", .p2, "as sdp-attr \(command): the section, a hyphen, the attribute (from>to)") {
            $1.media.text.applyFlag(command, $0)
        }
    }

    /// Flags about audio and digits.
    static let audioFlags: [OptionEntry] = [
        .ignored("inject-DTMF", aliases: ["inject-dtmf"], .flag, .p1, "play DTMF needs no preparation"),
        .flag("detect-DTMF", aliases: ["detect-dtmf"], .p2, "tones in the audio are digits, too") { $0.media.audio.detectsDTMF = true },
        .flag("block-DTMF", aliases: ["block-dtmf"], .p2, "as block DTMF, from the start") { $0.media.audio.blocksDTMF = true },
        .flag("force-transcoding", .p2, "decode and encode though the codecs are equal") { $0.media.audio.forcesTranscoding = true },
        .flag("no-jitter-buffer", .p2, "converted audio of this call waits 20 ms at most") { $0.media.audio.noJitterBuffer = true },
        .ignored("block-egress", .flag, .p3, "always so: what is played takes the place of what others send"),
        .ignored("audio-player", aliases: ["player"], .flag, .p2, "playing needs no preparation"),
        .ignored("no-audio-player", aliases: ["no-player"], .flag, .p2, "playing needs no preparation"),
        .ignored("early-media", .flag, .p2, "playing needs no preparation, and no answer"),
    ]
}
