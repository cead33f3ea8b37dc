/// A word, a number, a string literal (as `""`) or one character of an operator or bracket.
struct Token: Equatable {
    var text: String
    var line: Int
    /// Nothing stands between it and the token before it.
    var isAttached: Bool

    var isWord: Bool { text.utf8.first.map(Lexer.isWordByte) ?? false }
}

/// Takes Swift text apart as far as the checks need it: no comment and no content of a string is taken for code.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var isAttached = false
    private var tokens: [Token] = []

    static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8))
        lexer.scan(isInterpolation: false)
        return lexer.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
             UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }
    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { buffer in buffer.indices.allSatisfy { peek($0) == buffer[$0] } }
    }

    private mutating func step(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private mutating func add(_ text: String, at line: Int) {
        tokens.append(Token(text: text, line: line, isAttached: isAttached))
        isAttached = true
    }

    /// Until the end, or until the parenthesis that closes an interpolation.
    private mutating func scan(isInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            if starts("//") { skipLineComment() } else if starts("/*") { skipBlockComment() } else if let hashes = stringStart {
                scanString(hashes: hashes)
            } else if Self.isWordByte(byte) { scanWord() } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                if isInterpolation, depth < 0 { return step() }
                scanCharacter(byte)
            }
        }
    }

    private mutating func scanCharacter(_ byte: UInt8) {
        if byte == 0x20 || (9...13).contains(byte) { isAttached = false } else { add(String(UnicodeScalar(byte)), at: line) }
        step()
    }

    private mutating func scanWord() {
        let start = position
        while let byte = peek(), Self.isWordByte(byte) { step() }
        add(String(decoding: bytes[start..<position], as: UTF8.self), at: line)
    }

    private mutating func skipLineComment() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { step() }
        isAttached = false
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") { depth += 1; step(2) } else if starts("*/") { depth -= 1; step(2) } else { step() }
        } while depth > 0 && position < bytes.count
        isAttached = false
    }

    /// The number of `#` before the quotation mark of a string that begins here.
    private var stringStart: Int? {
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        return peek(hashes) == UInt8(ascii: "\"") ? hashes : nil
    }

    private mutating func scanString(hashes: Int) {
        add("\"\"", at: line)
        step(hashes)
        let isLong = starts("\"\"\"")
        step(isLong ? 3 : 1)
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), hasHashes(hashes, after: 1) {
                step(1 + hashes)
                if peek() == UInt8(ascii: "(") {
                    step()
                    scan(isInterpolation: true)
                } else {
                    step()
                }
            } else if byte == UInt8(ascii: "\""), !isLong || starts("\"\"\""), hasHashes(hashes, after: isLong ? 3 : 1) {
                step((isLong ? 3 : 1) + hashes)
                break
            } else {
                step()
            }
        }
        isAttached = true
    }

    private func hasHashes(_ count: Int, after ahead: Int) -> Bool { (0..<count).allSatisfy { peek(ahead + $0) == UInt8(ascii: "#") } }
}
