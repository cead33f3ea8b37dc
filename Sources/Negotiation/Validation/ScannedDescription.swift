import SDP

/// One line with its number in the text, from 1.
struct ScannedLine: Sendable {
    let number: Int
    let line: SDPLine

    /// Of an `a=` line; "" for others.
    var name: Substring { line.attributeName ?? "" }
    /// Behind the colon of an `a=` line; "" where there is none.
    var value: Substring { line.attributeValue ?? "" }
    var words: [Substring] { value.blankSeparated }
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
        let words = line.line.value.blankSeparated
        guard words.count >= 3, let portText = words[1].utf8.split(separator: UInt8(ascii: "/")).first,
              Substring(portText).isDecimal, let port = UInt16(Substring(portText)) else { return nil }
        number = line.number
        kind = String(words[0])
        self.port = port
        hasPortCount = words[1].utf8.contains(UInt8(ascii: "/"))
        transport = String(words[2])
        formats = Array(words[3...])
    }

    func attributes(_ name: String) -> [ScannedLine] { lines.filter { $0.line.type == "a" && $0.name == Substring(name) } }
}

/// A description as its lines stand in the text, faulty ones too: the parser of `SDP` refuses what this one has to explain.
struct ScannedDescription: Sendable {
    private(set) var session: [ScannedLine] = []
    private(set) var media: [ScannedMedia] = []
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

    /// The longest line that goes without a remark [bytes].
    static let longLine = 1024

    init(_ text: String) {
        read(text)
        // Mostly it is every line; one finding says so.
        guard let (first, count) = bareLineEnds else { return }
        faults.append(Fault(rule: .crlf, line: first, detail: count > 1 ? "\(count) lines" : nil))
    }

    private mutating func read(_ text: String) {
        guard text.utf8.count <= SDPLimits.bytes else {
            faults.append(Fault(rule: .size, line: 0))
            return
        }
        let pieces = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var count = 0
        for (index, piece) in pieces.enumerated() {
            let isLast = index == pieces.count - 1
            if piece.isEmpty && isLast || piece.elementsEqual([0]) { continue }
            guard let line = scan(piece, number: index + 1, isLast: isLast) else { continue }
            count += 1
            guard count <= SDPLimits.lines, line.line.type != "m" || media.count < SDPLimits.mediaSections else {
                faults.append(Fault(rule: .size, line: line.number))
                return
            }
            append(line)
        }
    }

    /// `nil` for a line that cannot be read; what is wrong with it is noted.
    private mutating func scan(_ piece: Substring.UTF8View, number: Int, isLast: Bool) -> ScannedLine? {
        func note(_ rule: SDPRule) { faults.append(Fault(rule: rule, line: number)) }
        var piece = piece
        if isLast {
            note(.finalLineEnd)
        } else if piece.last != UInt8(ascii: "\r") {
            bareLineEnds = (bareLineEnds?.first ?? number, (bareLineEnds?.count ?? 0) + 1)
        }
        while piece.last == UInt8(ascii: "\r") { piece.removeLast() }
        if piece.isEmpty {
            note(.emptyLine)
            return nil
        }
        let second = piece.index(after: piece.startIndex)
        guard let type = piece.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(type), second < piece.endIndex,
              piece[second] == UInt8(ascii: "="), !piece.contains(0), !piece.contains(UInt8(ascii: "\r")) else {
            note(.malformedLine)
            return nil
        }
        let value = piece[piece.index(after: second)...]
        if piece.count > Self.longLine { note(.longLine) }
        if type != UInt8(ascii: "s"), value.first == UInt8(ascii: " ") || value.last == UInt8(ascii: " ") { note(.straySpace) }
        return ScannedLine(number: number, line: SDPLine(Character(Unicode.Scalar(type)), String(Substring(value))))
    }

    private mutating func append(_ line: ScannedLine) {
        firstLine = firstLine ?? line
        if !"vosiuepcbtrzkam".contains(line.line.type) { faults.append(Fault(rule: .unknownLineType, line: line.number)) }
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

    /// The section that is the call's audio: the first that is not rejected.
    var audio: ScannedMedia? { media.first { $0.kind == "audio" && $0.port != 0 } ?? media.first { $0.kind == "audio" } }

    func sessionAttributes(_ name: String) -> [ScannedLine] { session.filter { $0.line.type == "a" && $0.name == Substring(name) } }

    /// The audio section's lines of an attribute, else the session's.
    func attributes(_ name: String) -> [ScannedLine] {
        let own = audio?.attributes(name) ?? []
        return own.isEmpty ? sessionAttributes(name) : own
    }

    func attribute(_ name: String) -> ScannedLine? { attributes(name).first }
    func has(_ name: String) -> Bool { attribute(name) != nil }
}

/// Words and numbers, byte-wise as in `SDP`.
extension StringProtocol {
    /// The pieces between blanks; several blanks count as one.
    var blankSeparated: [Substring] { Substring(self).utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) } }
    var isDecimal: Bool { !isEmpty && utf8.allSatisfy { (48...57).contains($0) } }
}
