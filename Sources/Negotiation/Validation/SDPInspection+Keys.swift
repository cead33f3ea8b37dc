import SDP
import SRTP

/// DTLS (RFC 8842, RFC 8122) and SDES (RFC 4568).
extension SDPInspection {
    mutating func checkDTLS() {
        guard let audio = text.audio, audio.port != 0, text.keying == .dtls else { return }
        let lines = text.attributes("fingerprint")
        let known = lines.compactMap { DTLSFingerprint(parsing: Substring($0.value)) }
        if lines.isEmpty {
            report(.fingerprintMissing)
        } else if known.isEmpty {
            report(.fingerprintMalformed, at: lines[0].number)
        } else if known.allSatisfy({ $0.hash == .sha1 }) {
            report(.fingerprintWeak, at: lines[0].number)
        }
        if let line = text.cryptoLines.first, !lines.isEmpty { report(.dtlsAndSDES, at: line.number) }
        checkSetup()
    }

    private mutating func checkSetup() {
        guard let line = text.attribute("setup") else { return report(.setupMissing) }
        let value = line.value
        if isOffer {
            if value != "actpass" { report(.setupOffer, at: line.number, Self.excerpt(value)) }
        } else if value == "passive" {
            report(.setupPassive, at: line.number)
        } else if value != "active" {
            report(.setupAnswer, at: line.number, Self.excerpt(value))
        }
    }

    mutating func checkSDES() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let lines = text.cryptoLines
        guard text.keying == .sdes else {
            if text.keying == .plain, let line = lines.first { report(.cryptoOnPlain, at: line.number) }
            return
        }
        guard !lines.isEmpty else { return report(.cryptoMissing) }
        var usable: [SDESAttribute] = []
        for line in lines {
            if let attribute = attribute(of: line) { usable.append(attribute) }
        }
        if usable.isEmpty { report(.cryptoUnusable, at: lines[0].number) }
        if !usable.isEmpty, !usable.contains(where: { $0.suite == .aesCM128HMACSHA1_80 }) { report(.cryptoSuite, at: lines[0].number) }
        var tags: Set<Substring> = []
        for line in lines {
            if let tag = line.words.first, !tags.insert(tag).inserted { report(.cryptoTag, at: line.number) }
        }
        if !isOffer, lines.count > 1 { report(.cryptoOne, at: lines[1].number) }
    }

    private mutating func attribute(of line: ScannedLine) -> SDESAttribute? {
        do throws(SDESError) {
            let attribute = try SDESAttribute.parse(Substring(line.value))
            guard attribute.key.relaxations.isEmpty, attribute.key.identifier.isEmpty else {
                report(.cryptoParameter, at: line.number)
                return nil
            }
            if attribute.lifetime != nil { report(.cryptoLifetime, at: line.number) }
            return attribute
        } catch {
            switch error {
            case .malformed: report(.cryptoMalformed, at: line.number)
            case .wrongKeyLength: report(.cryptoKeyLength, at: line.number)
            case .unsupportedParameter: report(.cryptoParameter, at: line.number)
            // Another line may do; if none does, that is said.
            case .unknownSuite: break
            }
            return nil
        }
    }
}
