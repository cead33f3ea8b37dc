/// A session description (RFC 8866): the session-level lines, then the media sections.
public struct SessionDescription: SDPSection, Sendable, Hashable {
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
            if let newValue { lines[place] = SDPLine("o", newValue.description) } else { lines.remove(at: place) }
        }
    }

    /// The `s=` line; `nil` if there is none.
    public var sessionName: String? {
        get { lines.first { $0.type == "s" }?.value }
        set {
            guard let place = lines.firstIndex(where: { $0.type == "s" }) else { return }
            if let newValue { lines[place] = SDPLine("s", newValue) } else { lines.remove(at: place) }
        }
    }
}

extension SessionDescription: CustomStringConvertible {
    /// The text, every line ended by CRLF.
    public var description: String {
        let heads = media.map { SDPLine("m", $0.mediaLine) }
        var count = lines.reduce(0) { $0 + $1.length }
        for (head, section) in zip(heads, media) { count += section.lines.reduce(head.length) { $0 + $1.length } }
        return String(unsafeUninitializedCapacity: count) { room in
            var text = SDPWriter(room)
            for line in lines { text.append(line) }
            for (head, section) in zip(heads, media) {
                text.append(head)
                for line in section.lines { text.append(line) }
            }
            return text.count
        }
    }
}

extension SDPLine {
    /// With its CRLF [bytes].
    fileprivate var length: Int {
        4 + name.utf8.count + (content.map { $0.utf8.count + (type == "a" ? 1 : 0) } ?? 0)
    }
}

/// Writes lines into memory that has room for them.
private struct SDPWriter {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) { self.room = room }

    mutating func append(_ line: SDPLine) {
        append(line.type.letter)
        append(UInt8(ascii: "="))
        append(line.name)
        if let content = line.content {
            if line.type == "a" { append(UInt8(ascii: ":")) }
            append(content)
        }
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ byte: UInt8) {
        guard count < room.count else { return }
        room[count] = byte
        count += 1
    }

    private mutating func append(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= room.count - count else { return }
        count = room[count...].initialize(fromContentsOf: bytes)
    }
}
