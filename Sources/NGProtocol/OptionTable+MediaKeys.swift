extension OptionTable {
    /// Keys that shape the SDP and the media.
    static let mediaKeys: [OptionEntry] = addressKeys + securityKeys + [
        .words("replace", .p1, "which parts of the SDP to make our own: origin, session-name, ...") { $1.media.applyReplace($0) },
        .words("rtcp-mux", aliases: ["RTCP-mux"], .p1, "RFC 5761: offer, require, demux, accept, reject") { $1.media.applyRTCPMux($0) },
        .words("bundle", aliases: ["BUNDLE"], .p2, "RFC 9143: accept, offer, require, strict, reject") { $1.media.applyBundle($0) },
        OptionEntry("codec", aliases: ["codecs"], .dictionary, .p1, "strip, except, offer, transcode, mask, ...") { value, message in
            guard case .dictionary(let operations) = value else { return ["(not a dictionary)"] }
            return operations.entries.filter { !message.media.codecs.apply($0.key, $0.value.words) }.map(\.key)
        },
        .number("ptime", .p1, "packet length toward the answerer [ms]", \.media.packetTime),
        .number("ptime-reverse", aliases: ["reverse-ptime"], .p1, "packet length toward the offerer [ms]", \.media.packetTimeReverse),
        .words("generate-RTCP", aliases: ["generate-rtcp"], form: .string, .p1, "on: RTCP ends here and is made anew") { word, message in
            guard word == "on" || word == "off" else { return false }
            message.media.generateRTCP = word == "on"
            return true
        },
        OptionEntry("extmap", .dictionary, .p2, "strip: [all] removes every RTP header extension") { value, message in
            guard case .dictionary(let operations) = value else { return ["(not a dictionary)"] }
            return operations.entries.filter { !message.media.applyExtmap($0.key, $0.value.words) }.map(\.key)
        },
    ]

    private static let addressKeys: [OptionEntry] = [
        OptionEntry("direction", .list, .p1, "interface names: [from, to]") { value, message in
            let names = value.words
            if let from = names.first { message.media.addressing.fromInterface = from }
            if names.count > 1 { message.media.addressing.toInterface = names[1] }
            return Array(names.dropFirst(2))
        },
        .text("from-interface", .p2, "the interface toward the offerer", \.media.addressing.fromInterface),
        .text("to-interface", .p2, "the interface toward the answerer", \.media.addressing.toInterface),
        OptionEntry("received-from", .list, .p1, "where the SIP message came from: [IP4 or IP6, address]") { value, message in
            let words = value.words
            guard let address = words.last, words.count <= 2 else { return words }
            message.media.addressing.receivedFrom = address
            return []
        },
        .text("media-address", .p1, "the address to write into the SDP", \.media.addressing.mediaAddress),
        .words("address-family", form: .string, .p1, "IP4 or IP6: the family of the outgoing SDP") { word, message in
            guard let family = AddressingOptions.Family(rawValue: word) else { return false }
            message.media.addressing.family = family
            return true
        },
        .words("endpoint-learning", .p1, "off, immediate, delayed or heuristic") { $1.media.applyLearning($0) },
    ]

    private static let securityKeys: [OptionEntry] = [
        .words("transport-protocol", form: .string, .p1, "the m-line's protocol toward the other side, RTP/AVP to UDP/TLS/RTP/SAVPF") {
            $1.media.applyTransport($0)
        },
        .words("ICE", aliases: ["ice"], .p1, "remove, force, default, optional, force-relay, lite forms") { $1.media.ice.apply($0) },
        .words("ICE-lite", aliases: ["ice-lite", "ICE-Lite"], form: .string, .p1, "forward, backward, both, off: where we are ICE-lite") {
            $1.media.ice.applyLite($0)
        },
        .words("DTLS", aliases: ["dtls", "DTLS-reverse", "dtls-reverse"], .p1, "passive, active, off") { $1.media.dtls.apply($0) },
        .words("DTLS-fingerprint", aliases: ["dtls-fingerprint"], form: .string, .p2, "SHA-1 to SHA-512: the hash of our fingerprint") {
            $1.media.dtls.applyFingerprint($0)
        },
        .words("SDES", aliases: ["sdes"], .p1, "off, only-SUITE, no-SUITE, order:A;B;, prefer, ...") { $1.media.sdes.apply($0) },
    ]
}
