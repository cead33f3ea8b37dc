extension OptionTable {
    /// Flags that concern the command.
    static let commandFlags: [OptionEntry] = [
        .flag("fatal", .p1, "delete: an unknown call is an error") { $0.fields.isFatal = true },
        .flag("fast", .p1, "delete: reply without statistics") { $0.fields.isFast = true },
        .flag("to-tag", .p1, "delete: heed the key to-tag") { $0.fields.heedsToTag = true },
        .flag("fragment", .p2, "the SDP is a trickle ICE fragment (RFC 8840): its candidates are added") { $0.fields.isFragment = true },
        .flag("debug", aliases: ["debugging"], .p1, "log this call in detail, whatever the log level") { $0.fields.isDebugging = true },
    ] + partyFlags + subscriptionFlags + recordingFlags

    private static let partyFlags: [OptionEntry] = [
        .flag("all", .p2, "as all=all") { $0.fields.parties.scope = .everything },
        .flag("directional", .p2, "block, silence and their like: from-tag is meant; proxies send it in any case") {
            $0.fields.parties.isDirectional = true
        },
        .prefix("from-tags-", .p2, "as the key from-tags") { $1.fields.parties.add(fromTag: $0) },
    ]

    private static let subscriptionFlags: [OptionEntry] = [
        .flag("SIPREC", aliases: ["siprec"], .p2, "subscribe request: the reply describes the parties' media (tag-medias, media-labels)") {
            $0.fields.subscription.describesMedia = true
        },
        .flag("inactive", .p2, "subscribe request: the description says a=inactive") { $0.fields.subscription.isInactive = true },
        .flag("egress", .p2, "subscribe request: what the parties hear, not what they say") { $0.fields.subscription.takesEgress = true },
        .unserved("mix", aliases: ["mixed"], .flag, "a subscriber gets an m-line for each of the parties' own", priority: .p2),
        .ignored("RTCP-mirror", aliases: ["mirror-RTCP", "mirror-rtcp", "rtcp-mirror"], .flag, .p2,
                 "a subscriber gets reports of ours on what we send to it"),
        .ignored("unidirectional", .flag, .p2, "one-way media are served as any other"),
        .ignored("bidirectional", .flag, .p3, "only for connect and mesh, which are ignored"),
        .ignored("unsubscribe", .flag, .p3, "only for mesh, which is ignored"),
    ]

    private static let recordingFlags: [OptionEntry] = [
        .flag("record-call", .p2, "offer, answer: begin to record the call") { $0.fields.recording.records = true },
        .flag("exclude-recording", .p2, "offer, answer, start recording: leave this party out") {
            $0.fields.recording.excludesParty = true
        },
        .flag("discard-recording", .p2, "stop recording: keep nothing") { $0.fields.recording.discards = true },
        .flag("pause", .p2, "stop recording: as pause recording") { $0.fields.recording.pauses = true },
        .ignored("skip-recording-db", aliases: ["skip-recording-database"], .flag, .p2, "always so: there is no database"),
        .unserved("recording-announcement", .flag, "no announcement is configured; play media plays one", priority: .p2),
        .unserved("recording-vsc", aliases: ["recording-VSC"], .flag, "star codes (see vsc-start-rec): commands begin and end a recording",
                  priority: .p2),
    ]
}
