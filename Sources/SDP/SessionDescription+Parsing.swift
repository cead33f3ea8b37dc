extension SessionDescription {
    /// Reads a description with CRLF or LF line ends.
    ///
    /// Checked are the form of every line, `v=0` first, `o=`, `c=` and `m=` in full; attributes are kept as they
    /// are, and a malformed one is simply absent from the typed views. Empty lines are passed over.
    public init(parsing text: String) throws(SDPError) {
        guard text.utf8.count <= SDPLimits.bytes else { throw .tooLarge(.bytes) }
        lines = []
        media = []
        lines.reserveCapacity(16)
        let bytes = text.utf8.span
        var number = 0
        var count = 0
        var start = 0
        while start < bytes.count {
            number += 1
            let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
            var last = end
            while last > start, bytes[last - 1] == UInt8(ascii: "\r") { last -= 1 }
            // A C client's terminating NUL, too, is nothing.
            if last > start, last - start > 1 || bytes[start] != 0 {
                count += 1
                guard count <= SDPLimits.lines else { throw .tooLarge(.lines) }
                try append(Self.line(bytes.extracting(start..<last), number), number: number)
            }
            start = end + 1
        }
        guard !lines.isEmpty else { throw .malformed(line: 0, reason: "no lines") }
    }

    private static func line(_ bytes: Span<UInt8>, _ number: Int) throws(SDPError) -> SDPLine {
        guard let line = SDPLine(parsing: bytes) else {
            let hasForm = bytes.count > 1 && SDPLineType(byte: bytes[0]) != nil && bytes[1] == UInt8(ascii: "=")
            throw .malformed(line: number, reason: hasForm ? "NUL or CR inside a line" : "not of the form letter=value")
        }
        return line
    }

    private mutating func append(_ line: SDPLine, number: Int) throws(SDPError) {
        if lines.isEmpty {
            guard line.type == "v", line.value == "0" else { throw .malformed(line: number, reason: "does not begin with v=0") }
        } else if line.type == "v" {
            throw .malformed(line: number, reason: "a second v= line")
        }
        switch line.type {
        case "m":
            guard let section = MediaDescription(parsing: line.value) else { throw .malformed(line: number, reason: "m= line") }
            guard media.count < SDPLimits.mediaSections else { throw .tooLarge(.mediaSections) }
            media.append(section)
            media[media.count - 1].lines.reserveCapacity(32)
            return
        case "o":
            guard media.isEmpty, SDPOrigin.isReadable(line.value), !lines.contains(where: { $0.type == "o" }) else {
                throw .malformed(line: number, reason: "o= line")
            }
        case "c":
            guard SDPAddress.isReadable(line.value.words[...]) else { throw .malformed(line: number, reason: "c= line") }
        default:
            break
        }
        if media.isEmpty { lines.append(line) } else { media[media.count - 1].lines.append(line) }
    }
}

extension SDPLine {
    /// Reads a line without its end; `nil` unless it is of the form `letter=value` with neither NUL nor CR in it.
    public init?(parsing bytes: Span<UInt8>) {
        guard bytes.count > 1, let type = SDPLineType(byte: bytes[0]), bytes[1] == UInt8(ascii: "=") else { return nil }
        var colon: Int?
        for index in 2..<bytes.count {
            switch bytes[index] {
            case 0, UInt8(ascii: "\r"): return nil
            case UInt8(ascii: ":") where colon == nil && type == "a": colon = index
            default: break
            }
        }
        if let colon {
            self.init(type, name: bytes.text(2..<colon), content: bytes.text(colon + 1..<bytes.count))
        } else {
            let text = bytes.text(2..<bytes.count)
            self.init(type, name: type == "a" ? text : "", content: type == "a" ? nil : text)
        }
    }
}
