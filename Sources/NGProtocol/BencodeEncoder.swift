/// Writes bencode; entries keep their order.
public enum BencodeEncoder {
    /// Strings by their bytes, dictionaries in their own order.
    public static func encode(_ value: NGValue) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output)
        return output
    }

    public static func encode(_ dictionary: NGDictionary) -> [UInt8] {
        var output: [UInt8] = []
        append(dictionary, to: &output)
        return output
    }

    private static func append(_ value: NGValue, to output: inout [UInt8]) {
        switch value {
        case .integer(let number):
            output.append(UInt8(ascii: "i"))
            output.append(contentsOf: String(number).utf8)
            output.append(UInt8(ascii: "e"))
        case .string(let text):
            append(text, to: &output)
        case .list(let values):
            output.append(UInt8(ascii: "l"))
            for value in values { append(value, to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let dictionary):
            append(dictionary, to: &output)
        }
    }

    private static func append(_ dictionary: NGDictionary, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "d"))
        for entry in dictionary.entries {
            append(entry.key, to: &output)
            append(entry.value, to: &output)
        }
        output.append(UInt8(ascii: "e"))
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: String(text.utf8.count).utf8)
        output.append(UInt8(ascii: ":"))
        output.append(contentsOf: text.utf8)
    }
}
