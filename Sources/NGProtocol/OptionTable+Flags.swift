extension OptionTable {
    /// Flags that concern the command.
    static let flags: [OptionEntry] = [
        .flag("fatal", .p1, "delete: an unknown call is an error") { $0.fields.isFatal = true },
        .flag("fast", .p1, "delete: reply without statistics") { $0.fields.isFast = true },
        .flag("to-tag", .p1, "delete: heed the key to-tag") { $0.fields.heedsToTag = true },
        .ignored("provisional", .flag, .p1, anyToTag),
        .flag("fragment", .p2, "the SDP is a trickle ICE fragment; acknowledged, not applied") { $0.fields.isFragment = true },
        .flag("debug", aliases: ["debugging"], .p1, "log this call in detail, whatever the log level") { $0.fields.isDebugging = true },
    ]

    /// Flags that shape the SDP and the media.
    static let mediaFlags: [OptionEntry] = addressFlags + negotiationFlags + codecFlags + plainPrefixes

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
    ]

    private static let negotiationFlags: [OptionEntry] = [
        .flag("reset", .p1, "offer: forget what was learnt of the peer's ICE and SRTP") { $0.media.resetsNegotiation = true },
        .flag("ICE-reject", aliases: ["reject-ICE"], .p1, "treat the offer as if it had no ICE") { $0.media.ice.rejects = true },
        .flag("WebRTC", aliases: ["webrtc", "webRTC", "WebRtc"], .p1, "DTLS-SRTP, ICE, rtcp-mux, mid and bundle, no SDES") {
            $0.media.applyWebRTC()
        },
        .flag("generate-mid", .p1, "add a=mid") { $0.media.generateMID = true },
        .ignored("no-tls-id", .flag, .p1, "a=tls-id is never sent"),
        .ignored("generate-RTCP", aliases: ["generate-rtcp"], .flag, .p1, "always so: the peers' RTCP ends here, and ours is made here"),
        .flag("no-rtcp-attribute", .p1, "leave a=rtcp out") { $0.media.noRTCPAttribute = true },
        .flag("full-rtcp-attribute", .p1, "a=rtcp with the address") { $0.media.fullRTCPAttribute = true },
        .flag("original-sendrecv", .p2, "leave the direction attributes alone") { $0.media.originalDirection = true },
        .ignored("strip-extmap", .flag, .p2, "always so: RTP header extensions end here"),
        .ignored("recrypt", .flag, .p2, "always so: packets are opened, checked and protected anew"),
        .ignored("trickle-ICE", aliases: ["trickle-ice"], .flag, .p2, "our candidates are all in the SDP"),
        .ignored("no-redis-update", .flag, .p3, "nothing is stored"),
        .ignored("port-latching", .flag, .p2, "always so: ports stay for the life of the call"),
    ]

    private static let codecFlags: [OptionEntry] = [
        .flag("single-codec", .p1, "the answer keeps one codec") { $0.media.codecs.single = true },
        .ignored("allow-asymmetric-codecs", aliases: ["allow-asymmetric-codec"], .flag, .p1,
                 "always so: an answer may number the payload types in its own way"),
        .flag("always-transcode", .p2, "as codec accept=all") { $0.media.codecs.alwaysTranscode = true },
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
        .prefix("replace-", .p1, "as the key replace") { $1.media.applyReplace($0) },
        .prefix("BUNDLE-", .p2, "as the key bundle") { $1.media.applyBundle($0) },
    ]
}
