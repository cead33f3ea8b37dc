extension SessionDescription {
    /// Reads a description with CRLF or LF line ends.
    ///
    /// Checked are the form of every line, `v=0` first, `o=`, `c=` and `m=` in full; attributes are kept as they
    /// are, and a malformed one is simply absent from the typed views. Empty lines are passed over.
    public init(parsing text: String) throws(SDPError) {
        guard text.utf8.count <= SDPLimits.bytes else { throw .tooLarge(.bytes) }
        lines = []
        media = []
        var number = 0
        var count = 0
        for raw in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var raw = raw
            while raw.last == UInt8(ascii: "\r") { raw.removeLast() }
            // A C client's terminating NUL, too, is nothing.
            if raw.elementsEqual([0]) { continue }
            if raw.isEmpty { continue }
            count += 1
            guard count <= SDPLimits.lines else { throw .tooLarge(.lines) }
            try append(Self.line(raw, number), number: number)
        }
        guard !lines.isEmpty else { throw .malformed(line: 0, reason: "no lines") }
    }

    private static func line(_ raw: Substring.UTF8View, _ number: Int) throws(SDPError) -> SDPLine {
        let second = raw.index(after: raw.startIndex)
        guard let type = raw.first, letters.contains(type), second < raw.endIndex, raw[second] == UInt8(ascii: "=") else {
            throw .malformed(line: number, reason: "not of the form letter=value")
        }
        let value = raw[raw.index(after: second)...]
        guard !value.contains(0), !value.contains(UInt8(ascii: "\r")) else {
            throw .malformed(line: number, reason: "NUL or CR inside a line")
        }
        return SDPLine(Character(Unicode.Scalar(type)), String(Substring(value)))
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

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
            return
        case "o":
            guard media.isEmpty, SDPOrigin(parsing: line.value) != nil, origin == nil else {
                throw .malformed(line: number, reason: "o= line")
            }
        case "c":
            guard SDPAddress(line.value.words[...]) != nil else { throw .malformed(line: number, reason: "c= line") }
        default:
            break
        }
        if media.isEmpty { lines.append(line) } else { media[media.count - 1].lines.append(line) }
    }
}
