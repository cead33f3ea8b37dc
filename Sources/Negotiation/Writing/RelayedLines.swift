import MediaCore
import NGProtocol
import SDP

extension SectionRewriter {
    /// Of RTP that is no audio: what names formats, sources and header extensions stays, since packets pass as they are.
    func packetLines(of media: MediaDescription) -> [SDPLine] {
        var lines = relayedLines(of: media) { line in
            if let format = line.format { return !isLeftOut(format) }
            return !OwnedAttributes.ownsMedia(line, relay: .packets) && !options.text.hides(line)
        }
        leg.appendEndpoint(to: &lines, isOffer: isOffer, options: options, certificate: certificate)
        return lines
    }

    /// Of what is no RTP: only the address becomes ours. If it is secured, it is from end to end.
    func datagramLines(of media: MediaDescription) -> [SDPLine] {
        relayedLines(of: media) { OwnedAttributes.securesDatagrams($0) || !OwnedAttributes.ownsMedia($0, relay: .datagrams) }
    }

    /// A format that the options name.
    func isLeftOut(_ format: String) -> Bool {
        guard let type = RTPMap.payloadType(format) else { return false }
        return speaker.codecs.contains { $0.payloadType == type } && !leg.announced.contains { $0.payloadType == type }
    }

    private func relayedLines(of media: MediaDescription, keeping isKept: (SDPLine) -> Bool) -> [SDPLine] {
        var lines: [SDPLine] = []
        lines.reserveCapacity(media.lines.count + 8)
        var isDirected = options.originalDirection
        for line in media.lines {
            if line.type == "c" {
                lines.append(SDPLine("c", connection.description))
            } else if line.isAttribute("mid") {
                continue
            } else if line.direction != nil, !options.originalDirection {
                if !isDirected { lines.append(.attribute(speaker.meantDirection.rawValue)) }
                isDirected = true
            } else if isKept(line) {
                lines.append(line)
            }
        }
        if let mid = leg.mid { lines.insert(.attribute("mid", mid), at: lines.firstIndex { $0.type == "a" } ?? lines.endIndex) }
        if !isDirected { lines.append(.attribute(speaker.meantDirection.rawValue)) }
        return lines
    }
}

private extension SDPLine {
    /// The payload type that it is about, as it is written.
    var format: String? {
        guard let name = attributeName, ["rtpmap", "fmtp", "rtcp-fb"].contains(name) else { return nil }
        return attributeValue?.words.first.map { String($0) }
    }
}
