extension OptionTable {
    /// Keys of the command itself: which call, which party, how to treat it.
    static let commandKeys: [OptionEntry] = [
        .text("command", .p1, "the command's name", \.fields.command),
        .text("call-id", aliases: ["call-ID"], .p1, "the call", \.fields.callID),
        .text("from-tag", .p1, "the party that offers, or is asked about", \.fields.fromTag),
        .text("to-tag", .p1, "the party that answers", \.fields.toTag),
        .text("sdp", aliases: ["SDP"], .p1, "the session description", \.fields.sdp),
        .text("via-branch", .p1, "separates the branches of a forked call", \.fields.viaBranch),
        .text("label", aliases: ["from-label"], .p2, "a name for the party, shown in query and delete", \.fields.label),
        .text("metadata", .p2, "free text kept with the call and shown in query and delete", \.fields.metadata),
        .number("delete-delay", .p1, "seconds that a deleted call goes on; 0 ends it at once", \.fields.deleteDelay),
        .number("limit", .p1, "how many calls list may name; 32 unless given", \.fields.limit),
        .ignored("sip-code", aliases: ["SIP-code", "sip-response-code", "SIP-response-code"], .integer, .p2, anyToTag),
        .ignored("sip-message-type", aliases: ["SIP-message-type"], .string, .p1, anyToTag),
        .words("supports", .p1, "what the client understands: load limit") { word, message in
            guard canonical(word) == "load-limit" else { return .unknown }
            message.fields.knowsLoadLimit = true
            return nil
        },
        OptionEntry("flags", .list, .p1, "words of their own; see the flags") { value, message in
            for word in value.words { apply(flag: word, to: &message) }
            return []
        },
        OptionEntry("rtpp-flags", .string, .p1, "keys and flags in one string of words, as proxies send them unparsed") { value, message in
            guard let text = value.text else { return [.unknown("(not a string)")] }
            RTPPFlags.apply(text, to: &message)
            return []
        },
    ]

    /// rtpengine holds an answerer to its tag unless the answer was a provisional one.
    static let anyToTag = "not needed: another to-tag takes the answerer's place in any answer"
}
