import SDP
import Wire

/// ICE (RFC 8839).
extension SDPInspection {
    mutating func checkICE() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let ufrag = text.attribute("ice-ufrag"), password = text.attribute("ice-pwd")
        if let line = text.attribute("ice-mismatch") { report(.iceMismatch, at: line.number) }
        if let line = text.attribute("ice-lite") { report(.iceLite, at: line.number) }
        guard ufrag != nil || password != nil else {
            if text.keying == .dtls { report(.iceMissing) }
            return
        }
        checkCredentials(ufrag, password)
        guard text.keying == .dtls else { return report(.iceWithSDES, at: ufrag?.number ?? password?.number ?? 0) }
        if !text.has("ice-lite") { report(.iceFull) }
        if let line = text.attributes("ice-options").first(where: { $0.words.contains("trickle") }) { report(.trickle, at: line.number) }
        checkCandidates(audio)
    }

    private mutating func checkCredentials(_ ufrag: ScannedLine?, _ password: ScannedLine?) {
        for (line, lengths) in [(ufrag, 4...256), (password, 22...256)] {
            guard let line, lengths.contains(line.value.utf8.count), line.value.utf8.allSatisfy(Self.isICECharacter) else {
                report(.iceCredentials, at: line?.number ?? 0)
                continue
            }
        }
    }

    /// `ice-char` of RFC 8839 section 5.4.
    private static func isICECharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
             UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }

    private static let mostCandidates = 32

    private mutating func checkCandidates(_ audio: ScannedMedia) {
        let lines = audio.attributes("candidate")
        var read: [(SDPCandidate, line: Int)] = []
        for line in lines {
            let candidate = SDPCandidate(parsing: line.value)
            guard let candidate, !candidate.address.ip.isUnspecified, candidate.address.port != 0 else {
                report(.candidateMalformed, at: line.number)
                continue
            }
            read.append((candidate, line.number))
            checkExtension(line)
        }
        if lines.count > Self.mostCandidates { report(.candidateCount, at: lines[Self.mostCandidates].number, "\(lines.count)") }
        for (candidate, line) in read {
            let isUsed = candidate.transport == "udp" && candidate.component == 1 && candidate.type != "relay"
            if !isUsed { report(.candidateUnused, at: line) }
            if isUsed, candidate.address.ip.isPrivate { report(.privateCandidate, at: line, candidate.address.ip.description) }
        }
        if !read.contains(where: { $0.0.transport == "udp" && $0.0.component == 1 && $0.0.type == "host" }) { report(.candidateUsable) }
        if lines.isEmpty { report(.candidateNone) }
        checkDefault(audio, read.map(\.0))
    }

    /// `ufrag` among the extensions, as WebRTC writes it.
    private mutating func checkExtension(_ line: ScannedLine) {
        let words = line.words
        guard let place = words.firstIndex(of: "ufrag"), place >= 8, words.indices.contains(place + 1) else { return }
        if String(words[place + 1]) != text.attribute("ice-ufrag")?.value { report(.candidateUfrag, at: line.number) }
    }

    /// 0.0.0.0 and port 9 stand for "none yet" (RFC 8840 section 4.1.1).
    private mutating func checkDefault(_ audio: ScannedMedia, _ candidates: [SDPCandidate]) {
        guard !candidates.isEmpty, let ip = text.connection, !ip.isUnspecified, audio.port != 9 else { return }
        if !candidates.contains(where: { $0.address.ip == ip && $0.address.port == audio.port }) {
            report(.defaultCandidate, at: text.connectionLine?.number ?? audio.number)
        }
    }
}
