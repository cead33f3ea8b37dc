extension OptionTable {
    /// Keys that hardly anybody uses: accepted, named in the log once, without effect.
    static let unservedKeys: [OptionEntry] = [
        .unserved("recording-pattern", aliases: ["output-pattern"], .string, "recording-file names a recording"),
        .unserved("recording-media-slots", .integer, "tracks of a recording: one file has both parties"),
        .unserved("recording-media-slot-offer", .integer, "tracks of a recording: one file has both parties"),
        .unserved("recording-media-slot-answer", .integer, "tracks of a recording: one file has both parties"),
        .unserved("peer", .string, "an interface by the route to this address; interface names one"),
        .unserved("inbound-peer", .string, "an interface by the route to this address; from-interface names one"),
        .unserved("outbound-peer", .string, "an interface by the route to this address; to-interface names one"),
        .unserved("T.38", aliases: ["T38", "t38", "t.38"], .list, "conversion of fax; it is relayed as it comes"),
        .unserved("T.38-version", aliases: ["T38-version", "t38-version", "t.38-version"], .integer, "conversion of fax"),
        .unserved("DTMF-security", aliases: ["dtmf-security"], .string, "what blocked digits are replaced by; they are dropped"),
        .unserved("DTMF-security-trigger", aliases: ["dtmf-security-trigger"], .string, "blocking begun by a digit"),
        .unserved("DTMF-security-trigger-end", aliases: ["dtmf-security-trigger-end"], .string, "blocking ended by a digit"),
        .unserved("DTMF-delay", aliases: ["dtmf-delay"], .integer, "a delay of digits"),
        .unserved("frequency", aliases: ["frequencies"], .list, "tones in place of blocked digits"),
        .unserved("trigger", .string, "blocking begun by a digit"),
        .unserved("trigger-end", aliases: ["end-trigger"], .string, "blocking ended by a digit"),
        .unserved("trigger-end-time", aliases: ["end-trigger-time"], .integer, "blocking ended by time"),
        .unserved("trigger-end-digits", aliases: ["end-trigger-digits"], .integer, "blocking ended by a number of digits"),
        .unserved("delay-buffer", .integer, "a delay of all media"),
        .unserved("drop-traffic", .string, "media dropped; block media does it"),
        .unserved("media-echo", .string, "media sent back"),
        .unserved("passthrough", aliases: ["passthru"], .string, "media unseen; they are opened and checked"),
        .unserved("moh", aliases: ["MoH", "MOH"], .dictionary, "music while a party holds; hold-file is such a recording"),
        .unserved("alias-key", .string, "other names of a party; its tag is its name"),
        .unserved("xmlrpc-callback", aliases: ["XMLRPC-callback"], .string, "XMLRPC when a call times out; events report it by HTTP"),
        .ignored("repacketize", .integer, .p3, "obsolete; see ptime"),
        .ignored("calls", .list, .p3, "only for mesh, which is ignored"),
        .ignored("tags", .list, .p3, "only for mesh, which is ignored"),
        .ignored("to-call-id", .string, .p3, "only for connect, which is ignored"),
        .ignored("source-tag", .string, .p3, "only for inject, which is ignored"),
        .ignored("source-call-id", aliases: ["source-call-ID"], .string, .p3, "only for inject, which is ignored"),
        .ignored("instance", .string, .p3, "only for transform, which is ignored"),
    ] + starCodes

    private static let starCodes: [OptionEntry] = ["start", "stop", "start-stop", "pause", "pause-resume", "start-pause-resume"].map {
        .unserved("vsc-\($0)-rec", aliases: ["VSC-\($0)-rec", "vsc-\($0)-recording", "VSC-\($0)-recording"], .string,
                  "a star code; commands begin and end a recording")
    }

    /// Flags that hardly anybody uses.
    static let unservedFlags: [OptionEntry] = [
        .unserved("block-short", aliases: ["block-shorts", "block-short-packets"], .flag, "short packets dropped"),
        .unserved("passthrough", .flag, "media unseen; they are opened and checked"),
        .unserved("T38-", aliases: ["T.38-"], .prefix, "as the key T.38"),
    ]
}
