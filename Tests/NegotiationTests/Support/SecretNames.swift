import Foundation
import SRTP

/// Puts names in the place of what is random in a description: the same value gets the same name in a whole file,
/// so that a key that should have stayed, or should have changed, shows.
struct SecretNames {
    private var names: [String: String] = [:]
    private var counts: [String: Int] = [:]

    mutating func name(_ kind: String, _ value: String) -> String {
        if let known = names[kind + value] { return known }
        counts[kind, default: 0] += 1
        let name = kind + String(counts[kind] ?? 0)
        names[kind + value] = name
        return name
    }

    /// A description of ours, line by line.
    mutating func replace(in text: String, certificate: DTLSCertificate) -> [String] {
        var lines: [String] = []
        for line in text.components(separatedBy: "\r\n") where !line.isEmpty {
            lines.append(replace(inLine: line, certificate: certificate))
        }
        return lines
    }

    private mutating func replace(inLine line: String, certificate: DTLSCertificate) -> String {
        let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return line }
        let value = parts[1]
        switch parts[0] {
        case "a=ice-ufrag": return "a=ice-ufrag:" + name((4...256).contains(value.count) ? "ICEUFRAG" : "TOO SHORT", value)
        case "a=ice-pwd": return "a=ice-pwd:" + name((22...256).contains(value.count) ? "ICEPWD" : "TOO SHORT", value)
        case "a=fingerprint":
            let known = DTLSFingerprint.Hash.allCases.first { certificate.fingerprint($0).description == value }
            return known.map { "a=fingerprint:\($0.rawValue) FINGERPRINT" } ?? line
        case "a=crypto":
            guard let range = value.range(of: "inline:") else { return line }
            return "a=crypto:" + value[..<range.upperBound] + name("KEY", String(value[range.upperBound...]).replacing("=", with: ""))
        case "a=ssrc":
            let words = value.components(separatedBy: " cname:")
            guard words.count == 2 else { return line }
            return "a=ssrc:\(name("SSRC", words[0])) cname:\(name("CNAME", words[1]))"
        default: return line
        }
    }
}
