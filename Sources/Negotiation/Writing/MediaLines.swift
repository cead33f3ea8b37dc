import NGProtocol
import SDP

extension SectionRewriter {
    /// The lines of the audio section with our end in the place of the speaker's.
    func lines(of media: MediaDescription) -> [SDPLine] {
        var blocks = ownBlocks(media)
        var lines: [SDPLine] = []
        lines.reserveCapacity(media.lines.count + 16)
        for line in media.lines where !OwnedAttributes.ownsMedia(line) {
            if line.type == "c" {
                lines.append(SDPLine("c", connection.description))
            } else if let block = block(of: line) {
                lines += blocks.take(block)
            } else {
                lines.append(line)
            }
        }
        // What the speaker did not have: the identification first, the rest behind.
        let mid = blocks.take(.mid)
        if !mid.isEmpty { lines.insert(contentsOf: mid, at: lines.firstIndex { $0.type == "a" } ?? lines.endIndex) }
        for block in [Block.codecs, .direction, .packetTime] { lines += blocks.take(block) }
        leg.appendEndpoint(to: &lines, isOffer: isOffer, options: options, certificate: certificate)
        return lines
    }

    private func ownBlocks(_ media: MediaDescription) -> Blocks {
        var blocks = Blocks()
        blocks[.codecs].reserveCapacity(leg.announced.count * 2)
        for codec in leg.announced { codec.append(to: &blocks[.codecs]) }
        // Always written out, as the listener's default may differ; a hold by address becomes a direction too.
        if !options.originalDirection { blocks[.direction] = [.attribute(speaker.meantDirection.rawValue)] }
        blocks[.packetTime] = PacketTimeLines(leg: leg, passesThrough: passesThrough, media: media).lines
        if let mid = leg.mid { blocks[.mid] = [.attribute("mid", mid)] }
        return blocks
    }

    /// Lines that stay together where the first of them stood.
    private enum Block: Int, CaseIterable { case codecs, direction, packetTime, mid }

    private struct Blocks {
        private var lines = [[SDPLine]](repeating: [], count: Block.allCases.count)

        subscript(block: Block) -> [SDPLine] {
            get { lines[block.rawValue] }
            _modify { yield &lines[block.rawValue] }
        }

        /// Each is written once.
        mutating func take(_ block: Block) -> [SDPLine] {
            defer { lines[block.rawValue] = [] }
            return lines[block.rawValue]
        }
    }

    private func block(of line: SDPLine) -> Block? {
        switch line.attributeName {
        case "rtpmap", "fmtp": return .codecs
        case "ptime", "maxptime": return .packetTime
        case "mid": return .mid
        default: return line.direction == nil || options.originalDirection ? nil : .direction
        }
    }
}
