import NGProtocol
import SDP

/// The lines of the audio m-line: the speaker's in their order, with ours in the place of those that we own.
struct MediaLines {
    let writer: SDPRewriter
    private var leg: Leg { writer.leg }

    init(writer: SDPRewriter) { self.writer = writer }

    func rewrite(_ media: MediaDescription) -> [SDPLine] {
        let packetTime = PacketTimeLines(leg: leg, passesThrough: writer.passesThrough, media: media)
        var blocks: [Block: [SDPLine]] = [
            .codecs: leg.announced.flatMap(\.lines), .direction: direction(media),
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
        return lines + EndpointLines(leg: leg, isOffer: writer.isOffer, options: writer.options, certificate: writer.certificate).all
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

    /// Always written out, as the listener's default may differ; a hold by address becomes a direction too.
    private func direction(_ media: MediaDescription) -> [SDPLine] {
        if writer.options.originalDirection { return [] }
        return [.attribute(writer.speaker.meantDirection.rawValue)]
    }
}
