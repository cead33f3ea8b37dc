extension OptionTable {
    /// Keys of a WhatsApp leg; proto/whatsapp.md tells what they are for.
    static let whatsAppKeys: [OptionEntry] = [
        .words("profile", form: .string, .p1, "whatsapp: as the flag of that name") { word, message in
            guard word == "whatsapp" else { return .unknown }
            message.media.whatsApp.isOn = true
            return nil
        },
        OptionEntry("allowed-sources", .list, .p2,
                    "networks (10.0.0.0/8) and names of sets (meta) that the speaker's packets may come from") { value, message in
            // Nothing is no list: it must not open what an earlier message has closed.
            guard !value.words.isEmpty else { return [.unknown("(no network)")] }
            message.media.addressing.allowedSources = value.words
            return []
        },
        .text("hold-file", .p2, "a recording on this machine that is heard while the other party holds", \.media.whatsApp.holdFile),
    ]

    /// The flag `whatsapp`, its parts, and the way back.
    static let whatsAppFlags: [OptionEntry] = [
        .flag("whatsapp", .p1, "one party is Meta: told by its description, else the answerer; remembered with the call") {
            $0.media.whatsApp.isOn = true
        },
        .flag("whatsapp-from", .p1, "the party of from-tag, which offers, is Meta") { $0.media.whatsApp.side = .from },
        .flag("whatsapp-to", .p1, "the party of to-tag, which answers, is Meta") { $0.media.whatsApp.side = .to },
        .flag("early-answer", .p1, "offer: the reply has the finished answer too (sdp-answer); the answer later repeats it byte for byte") {
            $0.media.whatsApp.answersEarly = true
        },
        .flag("hold-until-accept", .p1, "offer: no media to Meta before the answer or unblock media; answer: not before unblock media") {
            $0.media.whatsApp.holdsUntilAccept = true
        },
        .flag("local", .p1, "offer in a call: answered here and now (sdp-answer, sdp); the other party is told nothing") {
            $0.media.whatsApp.isLocal = true
        },
    ] + part(
        "early-media-buffer", "audio that comes before Meta can be sent to is kept and played from its first word", \.buffersEarlyMedia)
        + part("first-packet", "the first packet leaves once the keys are ready, audio or not", \.sendsFirstPacket)
        + part("keep-alive", "no two packets to Meta are further apart than 400 ms", \.keepsAlive)
        + part("prefer-g711", "G.711 from end to end where both sides have it", \.prefersG711)
        + part("sdp-report", "check the descriptions by Meta's rules (sdp-report)", \.reportsSDP)

    /// A part and its opposite.
    private static func part(
        _ name: String, _ summary: String, _ target: any WritableKeyPath<WhatsAppOptions, Bool?> & Sendable
    ) -> [OptionEntry] {
        [
            .flag(name, .p2, summary) { $0.media.whatsApp[keyPath: target] = true },
            .flag("no-" + name, .p2, "turns \(name) off") { $0.media.whatsApp[keyPath: target] = false },
        ]
    }
}
