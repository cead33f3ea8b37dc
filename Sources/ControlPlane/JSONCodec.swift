import NGProtocol

/// ng messages as JSON text: the same values as in bencode.
enum JSONCodec {
    /// Numbers with a fraction are cut, `true` and `false` are 1 and 0, `null` is left out.
    ///
    /// - Throws: `.notJSON`, `.notJSONDictionary`.
    static func decode(_ text: [UInt8]) throws(NGError) -> NGDictionary { try JSONTextDecoder.decode(text) }

    /// Keeps the entries' order, which Foundation's encoders don't.
    static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        var output: [UInt8] = []
        append(.dictionary(dictionary), to: &output)
        return output
    }

    private static func append(_ value: NGValue, to output: inout [UInt8]) {
        switch value {
        case .integer(let number): output.append(contentsOf: String(number).utf8)
        case .string(let text): append(text, to: &output)
        case .bytes: append(value.text ?? "", to: &output)
        case .list(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(value, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .dictionary(let dictionary):
            output.append(UInt8(ascii: "{"))
            for (index, entry) in dictionary.entries.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(entry.key, to: &output)
                output.append(UInt8(ascii: ":"))
                append(entry.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// RFC 8259 section 7: quotation mark, backslash and control characters are escaped.
    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): output.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): output.append(contentsOf: "\\t".utf8)
            case 0..<0x20: output.append(contentsOf: ((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16)).utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
