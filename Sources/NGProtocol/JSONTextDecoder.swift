/// Reads an ng message written as a JSON object (RFC 8259); keys keep their order, and every repetition.
///
/// Numbers with a fraction are cut, `true` and `false` are 1 and 0, `null` is left out. Strings may hold raw control characters,
/// since descriptions of sessions are pasted so.
public struct JSONTextDecoder {
    private let text: [UInt8]
    private var offset = 0
    private var values = 0

    private init(_ text: [UInt8]) { self.text = text }

    /// - Parameter maximumLength: more for transports that carry recordings [bytes].
    /// - Throws: `.notJSON`, also for what is too long, too deep or has too many values; `.notJSONDictionary`.
    public static func decode(_ text: [UInt8], maximumLength: Int = BencodeDecoder.maximumLength) throws(NGError) -> NGDictionary {
        guard text.count <= maximumLength else { throw .notJSON }
        var decoder = JSONTextDecoder(text)
        let value = try decoder.value(depth: 0)
        decoder.skipBlanks()
        guard decoder.offset == text.count else { throw .notJSON }
        guard case .dictionary(let dictionary)? = value else { throw .notJSONDictionary }
        return dictionary
    }

    /// - Returns: `nil` for `null`.
    private mutating func value(depth: Int) throws(NGError) -> NGValue? {
        values += 1
        guard depth < BencodeDecoder.maximumDepth, values <= BencodeDecoder.maximumValues else { throw .notJSON }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return .dictionary(try dictionary(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "t"): return try word("true", .integer(1))
        case UInt8(ascii: "f"): return try word("false", .integer(0))
        case UInt8(ascii: "n"): return try word("null", nil)
        default: return .integer(try number())
        }
    }

    private var peek: UInt8? { offset < text.count ? text[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == UInt8(ascii: " ") || byte == 9 || byte == 10 || byte == 13 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: NGValue?) throws(NGError) -> NGValue? {
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else { throw .notJSON }
        }
        return value
    }

    private mutating func list(depth: Int) throws(NGError) -> [NGValue] {
        offset += 1
        var values: [NGValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return values }
        repeat {
            if let value = try value(depth: depth + 1) { values.append(value) }
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .notJSON }
        return values
    }

    private mutating func dictionary(depth: Int) throws(NGError) -> NGDictionary {
        offset += 1
        var dictionary = NGDictionary()
        skipBlanks()
        if take(UInt8(ascii: "}")) { return dictionary }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\""), let key = try string().text else { throw .notJSON }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw .notJSON }
            dictionary.append(key, try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .notJSON }
        return dictionary
    }

    // MARK: Numbers (section 6)

    /// Toward zero, and the nearest that there is.
    private mutating func number() throws(NGError) -> Int64 {
        let start = offset
        while let byte = peek, Self.isOfNumber(byte) { offset += 1 }
        let digits = String(decoding: text[start..<offset], as: UTF8.self)
        if let whole = Int64(digits) { return whole }
        guard text[start..<offset].contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
              let number = Double(digits), !number.isNaN else { throw .notJSON }
        return Int64(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
             UInt8(ascii: "E"): true
        default: false
        }
    }

    // MARK: Strings (section 7)

    private mutating func string() throws(NGError) -> NGValue {
        offset += 1
        var bytes: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self).map(NGValue.string) ?? .bytes(bytes)
            case UInt8(ascii: "\\"): try escape(&bytes)
            default: bytes.append(byte)
            }
        }
        throw .notJSON
    }

    private mutating func escape(_ bytes: inout [UInt8]) throws(NGError) {
        guard let byte = peek else { throw .notJSON }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "u"): bytes += try character()
        default: throw .notJSON
        }
    }

    /// The rest of `\uXXXX`, or of the two that make a character beyond U+FFFF; half of one is U+FFFD.
    private mutating func character() throws(NGError) -> [UInt8] {
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]), peek == UInt8(ascii: "\\"), offset + 1 < text.count, text[offset + 1] == UInt8(ascii: "u") {
            offset += 2
            units.append(try codeUnit())
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func codeUnit() throws(NGError) -> UInt16 {
        guard offset + 4 <= text.count, text[offset] != UInt8(ascii: "+"),
              let unit = UInt16(String(decoding: text[offset..<offset + 4], as: UTF8.self), radix: 16) else { throw .notJSON }
        offset += 4
        return unit
    }
}
