import ICE
import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// The lines of the audio m-line: the speaker's in their order, with ours in the place of those that we own.
struct MediaLines {
    let writer: SDPRewriter
    private var leg: Leg { writer.leg }

    init(writer: SDPRewriter) { self.writer = writer }

    func rewrite(_ media: MediaDescription) -> [SDPLine] {
        let packetTime = PacketTimeLines(leg: leg, passesThrough: writer.passesThrough, media: media)
        var blocks: [Block: [SDPLine]] = [
            .codecs: leg.announced.flatMap(Self.codecLines), .direction: direction(media),
            .packetTime: packetTime.lines, .mid: leg.mid.map { [.attribute("mid", $0)] } ?? [],
        ]
        var lines: [SDPLine] = []
        for line in media.lines where !OwnedAttributes.ownsMedia(line) {
            if line.type == "c" {
                lines.append(SDPLine("c", writer.connection.description))
            } else if let block = block(of: line) {
                lines += blocks.removeValue(forKey: block) ?? []
            } else {
                lines.append(line)
            }
        }
        // What the speaker did not have: the identification first, the rest behind.
        if let mid = blocks.removeValue(forKey: .mid) {
            lines.insert(contentsOf: mid, at: lines.firstIndex { $0.type == "a" } ?? lines.endIndex)
        }
        for block in [Block.codecs, .direction, .packetTime] { lines += blocks[block] ?? [] }
        return lines + rtcp + keying + ice + source
    }

    /// Lines that stay together where the first of them stood.
    private enum Block { case codecs, direction, packetTime, mid }

    private func block(of line: SDPLine) -> Block? {
        switch line.attributeName {
        case "rtpmap", "fmtp": return .codecs
        case "ptime", "maxptime": return .packetTime
        case "mid": return .mid
        case let name? where line.attributeValue == nil && MediaDirection(rawValue: String(name)) != nil:
            return writer.options.originalDirection ? nil : .direction
        default: return nil
        }
    }

    private static func codecLines(_ codec: Codec) -> [SDPLine] {
        let map = SDPLine.attribute("rtpmap", "\(codec.payloadType) \(codec.encoding)")
        return [map] + (codec.parameters.map { [.attribute("fmtp", "\(codec.payloadType) \($0)")] } ?? [])
    }

    /// Always written out, as the listener's default may differ; a hold by address becomes a direction too.
    private func direction(_ media: MediaDescription) -> [SDPLine] {
        if writer.options.originalDirection { return [] }
        var direction = writer.speaker.direction
        if writer.speaker.isHeldByAddress {
            direction = direction.sends ? .sendonly : .inactive
        }
        return [.attribute(direction.rawValue)]
    }

    private var rtcp: [SDPLine] {
        var lines: [SDPLine] = []
        let port = leg.mux == .agreed ? leg.sockets.first?.advertised.port : leg.rtcpSocket?.advertised.port
        if let port, !writer.options.noRTCPAttribute {
            lines.append(.attribute("rtcp", writer.options.fullRTCPAttribute ? "\(port) \(SDPAddress(leg.address))" : String(port)))
        }
        if leg.mux != .none { lines.append(.attribute("rtcp-mux")) }
        return lines
    }

    private var keying: [SDPLine] {
        switch leg.keying {
        case .none: return []
        case .sdes(let sdes):
            let proposals = writer.isOffer ? sdes.proposals[...] : sdes.proposals.dropFirst(sdes.chosen).prefix(1)
            return proposals.map { proposal in
                var value = SDESAttribute.format(tag: proposal.tag, key: proposal.key)
                if writer.options.sdes.lifetime { value += "|2^31" }
                return .attribute("crypto", value)
            }
        case .dtls(let role):
            // A description that offers always leaves the choice (RFC 8842 section 5.2), whatever was agreed before.
            let setup: DTLSSetup = writer.isOffer ? .actpass : role == .server ? .passive : .active
            return [.attribute("fingerprint", fingerprint), .attribute("setup", setup.rawValue)]
        }
    }

    /// With the hash that the options name, else the peer's own.
    private var fingerprint: String {
        let named = writer.options.dtls.fingerprintHash.flatMap { DTLSFingerprint.Hash(rawValue: $0.lowercased()) }
        return writer.certificate.fingerprint(named ?? leg.peer?.fingerprint?.hash ?? .sha256).description
    }

    private var ice: [SDPLine] {
        guard let ice = leg.ice else { return [] }
        return [.attribute("ice-ufrag", ice.credentials.ufrag), .attribute("ice-pwd", ice.credentials.password)]
            + leg.candidates.map { .attribute("candidate", $0.description) }
    }

    /// The one source of everything that we send (RFC 5576 section 4.1). Some WebRTC peers drop what is not
    /// announced; plain RTP peers have no use for it.
    private var source: [SDPLine] {
        if case .none = leg.keying { return [] }
        return [.attribute("ssrc", "\(leg.ssrc) cname:\(leg.cname)")]
    }
}
