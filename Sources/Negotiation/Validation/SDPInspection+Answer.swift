import SDP
import SRTP

/// An answer beside its offer (RFC 3264 section 6).
extension SDPInspection {
    mutating func checkAnswer() {
        guard let offer, let asked = offer.audio, let audio = text.audio else { return }
        if text.media.count != offer.media.count { report(.sectionCount, at: 0, "\(text.media.count) for \(offer.media.count)") }
        for (own, other) in zip(text.media, offer.media) where own.kind != other.kind { report(.sectionKind, at: own.number) }
        guard audio.port != 0, asked.port != 0 else { return }
        if text.keying != offer.keying {
            report(.answerKeying, at: audio.number)
        } else if audio.transport != asked.transport {
            report(.sectionProtocol, at: audio.number, Self.excerpt(audio.transport))
        }
        answerBundle(offer)
        if audio.has("rtcp-mux"), !asked.has("rtcp-mux"), !asked.has("rtcp-mux-only") {
            report(.answerMux, at: audio.attribute("rtcp-mux")?.number ?? 0)
        }
        answerDirection(offer)
        answerKeys(offer)
        answerCodecs(offer)
        answerCopies(offer)
    }

    private mutating func answerBundle(_ offer: ScannedDescription) {
        if let bundle = text.bundle, !bundle.mids.allSatisfy((offer.bundle?.mids ?? []).contains) { report(.answerBundle, at: bundle.line) }
        if let mid = text.mid, let asked = offer.mid, mid.value != asked.value { report(.answerMID, at: mid.number) }
    }

    private mutating func answerDirection(_ offer: ScannedDescription) {
        let (own, line) = text.direction
        let asked = offer.direction.value
        if own.sends && !asked.receives || own.receives && !asked.sends { report(.answerDirection, at: line, "\(own) to \(asked)") }
    }

    private mutating func answerKeys(_ offer: ScannedDescription) {
        if text.keying == .dtls, let own = text.attribute("setup"), own.value == offer.attribute("setup")?.value,
           own.value == "active" || own.value == "passive" {
            report(.answerSetup, at: own.number)
        }
        guard text.keying == .sdes, offer.keying == .sdes else { return }
        let offered = offer.cryptoLines.compactMap { SDESAttribute(parsing: Substring($0.value)) }
        for line in text.cryptoLines {
            guard let crypto = SDESAttribute(parsing: Substring(line.value)) else { continue }
            if !offered.contains(where: { $0.tag == crypto.tag && $0.suite == crypto.suite }) { report(.answerCrypto, at: line.number) }
        }
    }

    private mutating func answerCodecs(_ offer: ScannedDescription) {
        let offered = offer.codecs
        for codec in text.codecs {
            let same = offered.filter { $0.isSame(as: codec) }
            if same.isEmpty {
                report(.codecUnoffered, at: codec.line, Self.excerpt(codec.name))
            } else if !same.contains(where: { $0.payloadType == codec.payloadType }) {
                report(.payloadTypeChanged, at: codec.line, "\(same[0].payloadType) became \(codec.payloadType)")
            }
        }
    }

    private mutating func answerCopies(_ offer: ScannedDescription) {
        let keys = Set(offer.cryptoLines.compactMap { SDESAttribute(parsing: Substring($0.value))?.key.keyAndSalt })
        for line in text.cryptoLines {
            guard let crypto = SDESAttribute(parsing: Substring(line.value)) else { continue }
            if keys.contains(crypto.key.keyAndSalt) { report(.secretsCopied, at: line.number) }
        }
        for name in ["ice-pwd", "fingerprint"] {
            guard let own = text.attribute(name), own.value == offer.attribute(name)?.value else { continue }
            report(.secretsCopied, at: own.number)
        }
        let announced = Set(offer.ssrcs.map(\.text))
        for source in text.ssrcs where announced.contains(source.text) { report(.ssrcCopied, at: source.line) }
    }
}
