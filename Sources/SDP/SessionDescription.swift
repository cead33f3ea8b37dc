/// A session description (RFC 8866): the session-level lines, then the media sections.
public struct SessionDescription: SDPSection, Sendable, Equatable {
    /// Everything before the first `m=`; the first line is `v=0`.
    public var lines: [SDPLine]
    public var media: [MediaDescription]

    public init(lines: [SDPLine], media: [MediaDescription]) {
        self.lines = lines
        self.media = media
    }

    /// `nil` if there is no `o=` line. Setting it changes the line in place.
    public var origin: SDPOrigin? {
        get { lines.first { $0.type == "o" }.flatMap { SDPOrigin(parsing: $0.value) } }
        set {
            guard let place = lines.firstIndex(where: { $0.type == "o" }) else { return }
            if let newValue { lines[place].value = newValue.description } else { lines.remove(at: place) }
        }
    }

    /// The `s=` line; `nil` if there is none.
    public var sessionName: String? {
        get { lines.first { $0.type == "s" }?.value }
        set {
            guard let place = lines.firstIndex(where: { $0.type == "s" }) else { return }
            if let newValue { lines[place].value = newValue } else { lines.remove(at: place) }
        }
    }
}

extension SessionDescription: CustomStringConvertible {
    /// The text, every line ended by CRLF.
    public var description: String {
        var text = ""
        func append(_ line: SDPLine) {
            text.append(line.type)
            text += "="
            text += line.value
            text += "\r\n"
        }
        lines.forEach(append)
        for section in media {
            append(SDPLine("m", section.mediaLine))
            section.lines.forEach(append)
        }
        return text
    }
}
