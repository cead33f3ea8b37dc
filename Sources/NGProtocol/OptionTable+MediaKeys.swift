extension OptionTable {
    /// Keys that shape the SDP and the media.
    static let mediaKeys: [OptionEntry] = addressKeys + securityKeys + [
        .words("replace", .p1, "which parts of the SDP to make our own: origin, session-name, ...") { $1.media.applyReplace($0) },
        .words("rtcp-mux", aliases: ["RTCP-mux"], .p1, "RFC 5761: offer, require, demux, accept, reject") {
            $1.media.applyRTCPMux($0)
        },
        .words("bundle", aliases: ["BUNDLE"], .p2,
               "RFC 9143: offer (require and strict are no more), reject; a bundle is accepted in any case") { $1.media.applyBundle($0) },
        OptionEntry("codec", aliases: ["codecs"], .dictionary, .p1,
                    "strip, except, offer, transcode, mask, accept, consume, set, ignore") { value, message in
            guard case .dictionary(let operations) = value else { return [.unknown("(not a dictionary)")] }
            return operations.entries.compactMap { operation in
                let problem = message.media.codecs.apply(operation.key, operation.value.words)
                return problem.map { OptionEntry.Remark(word: operation.key, problem: $0) }
            }
        },
        .number("ptime", in: 1...1000, .p1, "offer: packet length toward the answerer [ms]", \.media.packetTime),
        .number("ptime-reverse", aliases: ["reverse-ptime"], in: 1...1000, .p1, "offer: packet length toward the offerer [ms]",
                \.media.packetTimeReverse),
        .words("generate-RTCP", aliases: ["generate-rtcp"], form: .string, .p1, status: .ignored,
               "on, off: audio leaves on a line of ours, so that its RTCP always ends here and is made here; that of other media passes") {
            word, _ in
            switch word {
            case "on": nil
            case "off": .noEffect
            default: .unknown
            }
        },
        OptionEntry("extmap", .dictionary, .p2, "RTP header extensions by their URIs, or all: strip, mask") {
            $1.media.text.applyExtensions($0)
        },
        OptionEntry("sdp-attr", aliases: ["SDP-attr"], .dictionary, .p2,
                    "attributes of the finished SDP by section (global, audio, video, ...): add, remove, substitute") {
            $1.media.text.applyAttributes($0)
        },
        OptionEntry("sdp-media-remove", aliases: ["SDP-media-remove"], .list, .p2,
                    "kinds of m-lines to leave out: audio, video, ..., other; no string with commas") { value, message in
            guard case .list = value else { return [.unknown("(not a list)")] }
            return value.words.compactMap { word in
                message.media.text.remove(word).map { OptionEntry.Remark(word: word, problem: $0) }
            }
        },
        .words("OSRTP", aliases: ["osrtp"], .p2, "RFC 8643: offer (offer-legacy is no other); keys are accepted in any case") {
            $1.media.osrtp.apply($0)
        },
        .number("TOS", aliases: ["tos"], .p2,
                "type of service of the call's packets, 0 to 255; 256 and more: the daemon's option again; not on shared ports",
                \.media.typeOfService),
    ]

    private static let addressKeys: [OptionEntry] = [
        OptionEntry("direction", .list, .p1, "a call's first offer: interface names, [from, to]") { value, message in
            let names = value.words
            if let from = names.first { message.media.addressing.fromInterface = from }
            if names.count > 1 { message.media.addressing.toInterface = names[1] }
            return names.dropFirst(2).map { .unknown($0) }
        },
        .text("interface", .p2, "the interface of the one party of publish, subscribe request and create", \.media.addressing.interface),
        .text("from-interface", .p2, "as the first of direction", \.media.addressing.fromInterface),
        .text("to-interface", .p2, "as the second of direction", \.media.addressing.toInterface),
        OptionEntry("received-from", .list, .p1, "where the SIP message came from: [IP4 or IP6, address]") { value, message in
            let words = value.words
            guard let address = words.last, words.count <= 2 else { return words.map { .unknown($0) } }
            message.media.addressing.receivedFrom = address
            return []
        },
        .text("media-address", .p1, "the address to write into the SDP", \.media.addressing.mediaAddress),
        .words("address-family", form: .string, .p1, "IP4 or IP6: the family of the outgoing SDP") { word, message in
            guard let family = AddressingOptions.Family(rawValue: word) else { return .unknown }
            message.media.addressing.family = family
            return nil
        },
        .words("endpoint-learning", .p1, "off, immediate, delayed or heuristic") { $1.media.applyLearning($0) },
    ]

    private static let securityKeys: [OptionEntry] = [
        .words("transport-protocol", form: .string, .p1, "offer: the m-line's protocol toward the answerer, RTP/AVP to UDP/TLS/RTP/SAVPF") {
            $1.media.applyTransport($0)
        },
        .words("ICE", aliases: ["ice"], .p1,
               "toward the other side: remove, force, force-relay, optional, default; trickle, ice2; lite-forward and its like") {
            $1.media.ice.apply($0)
        },
        .words("ICE-lite", aliases: ["ice-lite", "ICE-Lite"], form: .string, .p1,
               "toward whom we are ICE-lite: forward, backward, both, off") {
            $1.media.ice.applyLite(canonical($0))
        },
        .words("DTLS", aliases: ["dtls", "DTLS-reverse", "dtls-reverse"], .p1,
               "offer: off (none toward the answerer); passive, active (our role toward the offerer)") { $1.media.dtls.apply($0) },
        .words("DTLS-fingerprint", aliases: ["dtls-fingerprint"], form: .string, .p2, "SHA-1 to SHA-512: the hash of our fingerprint") {
            $1.media.dtls.applyFingerprint($0)
        },
        .words("SDES", aliases: ["sdes"], .p1,
               "off, prefer, only-SUITE, no-SUITE, order:A;B;, offerer_pref:A;B;, nonew, lifetime, pad, static, unencrypted_srtp, ...") {
            $1.media.sdes.apply($0)
        },
    ]
}
