import NGProtocol
import SDP
import Wire

/// Sections, protocols, addresses, RTCP, BUNDLE and direction.
extension SDPInspection {
    mutating func checkSections() {
        let active = text.media.filter { $0.port != 0 }
        for section in active.filter({ $0.kind == "audio" }).dropFirst() { report(.oneAudioSection, at: section.number) }
        for section in active where section.kind != "audio" { report(.audioOnly, at: section.number, Self.excerpt(section.kind)) }
        guard let audio = text.audio else { return }
        if audio.port == 0 { report(.audioRejected, at: audio.number) }
        for section in text.media where section.port == 0 && section.number != audio.number { report(.rejectedSection, at: section.number) }
        if audio.hasPortCount { report(.portCount, at: audio.number) }
        checkProtocol(audio)
        for line in text.session + audio.lines where Self.capabilities.contains(line.name) {
            report(.capabilityNegotiation, at: line.number, "a=\(line.name)")
        }
    }

    private static let capabilities: Set<String> = ["csup", "creq", "acap", "tcap", "pcfg", "acfg", "key-mgmt"]

    private mutating func checkProtocol(_ audio: ScannedMedia) {
        let name = Self.excerpt(audio.transport)
        switch text.keying {
        case .dtls: if audio.transport != "UDP/TLS/RTP/SAVPF" { report(.dtlsProtocol, at: audio.number, name) }
        case .sdes: if audio.transport != "RTP/SAVP" { report(.sdesProtocol, at: audio.number, name) }
        case .plain: report(.plainRTP, at: audio.number, name)
        }
        guard let known = TransportProtocol(rawValue: audio.transport) else { return report(.pbxProtocol, at: audio.number, name) }
        if known.hasFeedback { report(.pbxFeedback, at: audio.number, name) }
    }

    mutating func checkTransport() {
        guard let audio = text.audio, audio.port != 0 else { return }
        checkAddress(audio)
        checkRTCP(audio)
        checkBundle(audio)
        checkDirection(audio)
        for line in audio.lines + text.session where line.line.type == "b" { checkBandwidth(line) }
    }

    private mutating func checkAddress(_ audio: ScannedMedia) {
        guard let ip = text.connection else { return report(.connectionLine, at: text.connectionLine?.number ?? 0) }
        guard !text.has("ice-ufrag") else { return }
        let line = text.connectionLine?.number ?? 0
        if ip.isUnspecified { report(.heldByAddress, at: line) }
        // A DTLS leg without ICE is another rule's.
        guard text.keying != .dtls else { return }
        if ip.isUnspecified || audio.port == Self.discardPort {
            report(.unreachableAddress, at: ip.isUnspecified ? line : audio.number)
        } else if ip.isPrivate {
            report(.privateAddress, at: line, ip.description)
        }
    }

    private static let discardPort: UInt16 = 9

    private mutating func checkRTCP(_ audio: ScannedMedia) {
        let isMultiplexed = audio.has("rtcp-mux") || audio.has("rtcp-mux-only")
        if !isMultiplexed { report(text.keying == .dtls ? .rtcpMux : .rtcpMuxSDES) }
        guard let line = audio.attribute("rtcp") else { return }
        let words = line.words
        guard let port = words.first.flatMap({ $0.isDecimal ? UInt16($0) : nil }),
              words.count == 1 || ScannedDescription.address(words.dropFirst()) != nil else {
            return report(.rtcpAttribute, at: line.number)
        }
        // An offer may name the port of old, for an answerer that does not multiplex.
        if isMultiplexed, !isOffer, port != Self.discardPort, port != audio.port { report(.rtcpAttribute, at: line.number, "port \(port)") }
    }

    private mutating func checkBundle(_ audio: ScannedMedia) {
        let mid = audio.attribute("mid")
        if mid?.value.isEmpty ?? true, text.keying == .dtls { report(.mid, at: mid?.number ?? 0) }
        guard let bundle = text.bundle else {
            if text.keying == .dtls { report(.bundle) }
            return
        }
        if bundle.groups > 1 || bundle.mids.count > 1 { report(.bundleSeveral, at: bundle.line) }
        let known = text.media.compactMap { $0.attribute("mid")?.value }
        let isWhole = bundle.mids.allSatisfy(known.contains) && mid.map { bundle.mids.contains($0.value) } ?? false
        if !isWhole, mid != nil { report(.bundleMID, at: bundle.line) }
    }

    private mutating func checkDirection(_ audio: ScannedMedia) {
        let (direction, line) = text.direction
        if direction != .sendrecv {
            report(.notSendrecv, at: line, direction.rawValue)
            report(.pbxHold, at: line, direction.rawValue)
        }
        for level in [text.session, audio.lines] {
            for line in level.filter({ $0.direction != nil }).dropFirst() { report(.severalDirections, at: line.number) }
        }
    }

    /// AS counts in kbit/s with headers (RFC 8866 section 5.8), TIAS in bit/s without (RFC 3890).
    private mutating func checkBandwidth(_ line: ScannedLine) {
        let parts = line.line.value.utf8.split(separator: UInt8(ascii: ":")).map { Substring($0) }
        guard parts.count == 2, parts[1].isDecimal, let value = Int(parts[1]) else { return }
        if parts[0] == "AS" && value < 60 || parts[0] == "TIAS" && value < 40_000 { report(.bandwidth, at: line.number) }
    }
}

extension IPAddress {
    /// No address of the Internet: RFC 1918, loopback, link-local, shared (RFC 6598), unique local (RFC 4193).
    var isPrivate: Bool { Self.privateNetworks.contains { $0.contains(self) } }

    private static let privateNetworks = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    ].compactMap { IPNetwork($0) }
}
