public import Wire

/// Why bytes are no bencode.
public enum BencodeError: Error, Sendable, Equatable {
    /// Another byte is needed.
    case truncated
    /// The byte at this offset fits nothing.
    case malformed(offset: Int)
    case tooDeep
    case tooLarge
}

/// Reads one bencoded value (BitTorrent's encoding, BEP 3; keys in any order, as ng clients send them).
public struct BencodeDecoder {
    /// No datagram is longer, and no message needs to be [bytes].
    public static let maximumLength = 65_536
    /// Messages nest four or five deep; the limit keeps a hostile one off our stack.
    public static let maximumDepth = 32
    /// Values in one message, those in others counted: a reply has more of them than any request.
    public static let maximumValues = 16_384

    private let bytes: Bytes
    private var offset = 0
    private var values = 0

    private init(_ bytes: Bytes) { self.bytes = bytes }

    /// The value at the start of `bytes` and how many bytes it takes; more may follow, as on a stream.
    ///
    /// - Parameter maximumLength: more for transports that carry recordings [bytes].
    public static func decode(
        _ bytes: Bytes, maximumLength: Int = BencodeDecoder.maximumLength
    ) throws(BencodeError) -> (value: NGValue, length: Int) {
        var decoder = BencodeDecoder(bytes.slice(0, min(bytes.count, maximumLength + 1)) ?? .empty)
        let value: NGValue
        do throws(BencodeError) { value = try decoder.value(depth: 0) } catch {
            // What was cut off above looks truncated; say what it is.
            throw error == .truncated && bytes.count > maximumLength ? .tooLarge : error
        }
        guard decoder.offset <= maximumLength else { throw .tooLarge }
        return (value, decoder.offset)
    }

    private mutating func value(depth: Int) throws(BencodeError) -> NGValue {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        values += 1
        guard values <= Self.maximumValues else { throw .tooLarge }
        switch try peek() {
        case UInt8(ascii: "i"): return .integer(try integer())
        case UInt8(ascii: "l"): return .list(try list(depth: depth))
        case UInt8(ascii: "d"): return .dictionary(try dictionary(depth: depth))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return Self.string(try content())
        default: throw .malformed(offset: offset)
        }
    }

    private func peek() throws(BencodeError) -> UInt8 {
        guard let byte = bytes.u8(offset) else { throw .truncated }
        return byte
    }

    /// Steps over `e`, if it is next.
    private mutating func takeEnd() throws(BencodeError) -> Bool {
        guard try peek() == UInt8(ascii: "e") else { return false }
        offset += 1
        return true
    }

    private mutating func list(depth: Int) throws(BencodeError) -> [NGValue] {
        offset += 1
        var values: [NGValue] = []
        while try !takeEnd() { values.append(try value(depth: depth + 1)) }
        return values
    }

    private mutating func dictionary(depth: Int) throws(BencodeError) -> NGDictionary {
        offset += 1
        var dictionary = NGDictionary()
        while try !takeEnd() {
            let key = String(decoding: try content().buffer, as: UTF8.self)
            dictionary.append(key, try value(depth: depth + 1))
        }
        return dictionary
    }

    private mutating func integer() throws(BencodeError) -> Int64 {
        offset += 1
        let isNegative = try peek() == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let start = offset
        let magnitude = try digits(until: UInt8(ascii: "e"), allowsZeros: isNegative)
        guard isNegative else { return try Self.integer(exactly: magnitude, at: start) }
        // The least integer has no opposite.
        return magnitude == Int64.min.magnitude ? .min : -(try Self.integer(exactly: magnitude, at: start))
    }

    private static func integer(exactly magnitude: UInt64, at offset: Int) throws(BencodeError) -> Int64 {
        guard let integer = Int64(exactly: magnitude) else { throw .malformed(offset: offset) }
        return integer
    }

    private static func string(_ content: Bytes) -> NGValue {
        String(validating: content.buffer, as: UTF8.self).map(NGValue.string) ?? .bytes(content.array)
    }

    private mutating func content() throws(BencodeError) -> Bytes {
        let length = try digits(until: UInt8(ascii: ":"))
        guard length <= UInt64(bytes.count), let content = bytes.slice(offset, Int(length)) else { throw .truncated }
        offset += content.count
        return content
    }

    /// One or more decimal digits and the byte that ends them.
    /// - Parameter allowsZeros: in front of other digits; rtpengine takes them of negative integers only.
    private mutating func digits(until end: UInt8, allowsZeros: Bool = false) throws(BencodeError) -> UInt64 {
        var value: UInt64 = 0
        var count = 0
        while true {
            let byte = try peek()
            if byte == end, count > 0 { break }
            if count > 0, value == 0, !allowsZeros { throw .malformed(offset: offset) }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .malformed(offset: offset) }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !tooLarge, !overflow else { throw .malformed(offset: offset) }
            value = sum
            count += 1
            offset += 1
        }
        offset += 1
        return value
    }
}
