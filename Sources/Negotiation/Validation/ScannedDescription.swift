import SDP

/// One line with its number in the text, from 1.
struct ScannedLine: Sendable {
    let number: Int
    let line: SDPLine

    /// Of an `a=` line; "" for others.
    var name: String { line.attributeName ?? "" }
    /// Behind the colon of an `a=` line; "" where there is none.
    var value: String { line.attributeValue ?? "" }
    var words: [Substring] { value.words }
}

/// An m-line taken apart, and the lines below it.
struct ScannedMedia: Sendable {
    let number: Int
    let kind: String
    let port: UInt16
    let hasPortCount: Bool
    let transport: String
    let formats: [Substring]
    var lines: [ScannedLine] = []

    /// `nil` where it is no `m=` line at all. A port that is none is read as `nil` too.
    init?(_ line: ScannedLine) {
        let words = line.line.value.words
        guard words.count >= 3, let portText = words[1].utf8.split(separator: UInt8(ascii: "/")).first,
              Substring(portText).isDecimal, let port = UInt16(Substring(portText)) else { return nil }
        number = line.number
        kind = String(words[0])
        self.port = port
        hasPortCount = words[1].utf8.contains(UInt8(ascii: "/"))
        transport = String(words[2])
        formats = Array(words[3...])
    }

    func attributes(_ name: String) -> [ScannedLine] { lines.filter { $0.line.isAttribute(name) } }
    func attribute(_ name: String) -> ScannedLine? { lines.first { $0.line.isAttribute(name) } }
    func has(_ name: String) -> Bool { lines.contains { $0.line.isAttribute(name) } }
}

/// A description as its lines stand in the text, faulty ones too: the parser of `SDP` refuses what this one has to explain.
struct ScannedDescription: Sendable {
    private(set) var session: [ScannedLine] = []
    private(set) var media: [ScannedMedia] = []
    /// The section that is the call's audio: the first that is not rejected.
    private(set) var audio: ScannedMedia?
    /// How the audio is protected, or tries to be.
    private(set) var keying = Keying.plain
    /// The audio's formats in their order.
    private(set) var codecs: [ScannedCodec] = []
    /// What is wrong with single lines.
    private(set) var faults: [Fault] = []
    /// The first line that has something in it.
    private(set) var firstLine: ScannedLine?
    /// The last m-line could not be read, so its lines belong to nothing.
    private var isBelowFaultyMedia = false
    private var bareLineEnds: (first: Int, count: Int)?

    struct Fault: Sendable {
        var rule: SDPRule
        var line: Int
        var detail: String?
    }

    /// RFC 8866 section 5.
    private static let types: Set<SDPLineType> = ["v", "o", "s", "i", "u", "e", "p", "c", "b", "t", "r", "z", "k", "a", "m"]
    /// The longest line that goes without a remark [bytes].
    static let longLine = 1024

    init(_ text: String) {
        read(text)
        audio = media.first { $0.kind == "audio" && $0.port != 0 } ?? media.first { $0.kind == "audio" }
        keying = audioKeying
        codecs = audioCodecs
        // Mostly it is every line; one finding says so.
        guard let (first, count) = bareLineEnds else { return }
        faults.append(Fault(rule: .crlf, line: first, detail: count > 1 ? "\(count) lines" : nil))
    }

    private mutating func read(_ text: String) {
        guard text.utf8.count <= SDPLimits.bytes else {
            faults.append(Fault(rule: .size, line: 0))
            return
        }
        let bytes = text.utf8.span
        var number = 0
        var count = 0
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
            let piece = bytes.extracting(start..<(end ?? bytes.count))
            start += piece.count + 1
            number += 1
            if piece.count == 1, piece[0] == 0 { continue }
            guard let line = scan(piece, number: number, isLast: end == nil) else { continue }
            count += 1
            guard count <= SDPLimits.lines, line.line.type != "m" || media.count < SDPLimits.mediaSections else {
                faults.append(Fault(rule: .size, line: line.number))
                return
            }
            append(line)
        }
    }

    /// `nil` for a line that cannot be read; what is wrong with it is noted.
    private mutating func scan(_ piece: Span<UInt8>, number: Int, isLast: Bool) -> ScannedLine? {
        func note(_ rule: SDPRule) { faults.append(Fault(rule: rule, line: number)) }
        var count = piece.count
        while count > 0, piece[count - 1] == UInt8(ascii: "\r") { count -= 1 }
        if isLast {
            note(.finalLineEnd)
        } else if count == piece.count {
            bareLineEnds = (bareLineEnds?.first ?? number, (bareLineEnds?.count ?? 0) + 1)
        }
        if count == 0 {
            note(.emptyLine)
            return nil
        }
        guard let line = SDPLine(parsing: piece.extracting(first: count)) else {
            note(.malformedLine)
            return nil
        }
        if count > Self.longLine { note(.longLine) }
        if line.type != "s", count > 2, piece[2] == UInt8(ascii: " ") || piece[count - 1] == UInt8(ascii: " ") { note(.straySpace) }
        return ScannedLine(number: number, line: line)
    }

    private mutating func append(_ line: ScannedLine) {
        firstLine = firstLine ?? line
        if !Self.types.contains(line.line.type) { faults.append(Fault(rule: .unknownLineType, line: line.number)) }
        if line.line.type == "m" {
            let section = ScannedMedia(line)
            isBelowFaultyMedia = section == nil
            if let section { media.append(section) } else { faults.append(Fault(rule: .mediaLine, line: line.number)) }
        } else if isBelowFaultyMedia {
            return
        } else if media.isEmpty {
            session.append(line)
        } else {
            media[media.count - 1].lines.append(line)
        }
    }

    func sessionAttributes(_ name: String) -> [ScannedLine] { session.filter { $0.line.isAttribute(name) } }

    /// The audio section's lines of an attribute, else the session's.
    func attributes(_ name: String) -> [ScannedLine] {
        let own = audio?.attributes(name) ?? []
        return own.isEmpty ? sessionAttributes(name) : own
    }

    func attribute(_ name: String) -> ScannedLine? { audio?.attribute(name) ?? session.first { $0.line.isAttribute(name) } }
    func has(_ name: String) -> Bool { attribute(name) != nil }
}

extension StringProtocol {
    /// Whether the bytes of `word` are somewhere in it.
    func holds(_ word: String) -> Bool {
        var rest = Substring(self).utf8[...]
        while rest.count >= word.utf8.count {
            if rest.starts(with: word.utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
    var isDecimal: Bool { !isEmpty && utf8.allSatisfy { (48...57).contains($0) } }
}
