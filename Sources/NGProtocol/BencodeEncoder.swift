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

    /// A reply's datagram: the cookie, a blank and the dictionary, written in one go.
    public static func reply(cookie: [UInt8], _ dictionary: NGDictionary) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(cookie.count + 1 + length(dictionary))
        output += cookie
        output.append(UInt8(ascii: " "))
        append(dictionary, to: &output)
        return output
    }

    private static func append(_ value: NGValue, to output: inout [UInt8]) {
        switch value {
        case .integer(let number):
            output.append(UInt8(ascii: "i"))
            append(number, to: &output)
            output.append(UInt8(ascii: "e"))
        case .string(let text):
            append(text, to: &output)
        case .bytes(let bytes):
            append(Int64(bytes.count), to: &output)
            output.append(UInt8(ascii: ":"))
            output += bytes
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
        append(Int64(text.utf8.count), to: &output)
        output.append(UInt8(ascii: ":"))
        output.append(contentsOf: text.utf8)
    }

    /// In decimal.
    private static func append(_ number: Int64, to output: inout [UInt8]) {
        // Most lengths and counters.
        if (0..<10).contains(number) { return output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number)) }
        if number < 0 { output.append(UInt8(ascii: "-")) }
        let magnitude = number.magnitude
        var unit: UInt64 = 1
        while magnitude / unit >= 10 { unit *= 10 }
        while unit > 0 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / unit % 10))
            unit /= 10
        }
    }

    // MARK: Lengths [bytes], to make room once

    private static func length(_ dictionary: NGDictionary) -> Int {
        dictionary.entries.reduce(2) { $0 + length($1.key) + length($1.value) }
    }

    private static func length(_ value: NGValue) -> Int {
        switch value {
        case .integer: 22
        case .string(let text): length(text)
        case .bytes(let bytes): bytes.count + 6
        case .list(let values): values.reduce(2) { $0 + length($1) }
        case .dictionary(let dictionary): length(dictionary)
        }
    }

    /// With room for a length of five digits, as many as fit a datagram.
    private static func length(_ text: String) -> Int { text.utf8.count + 6 }
}
