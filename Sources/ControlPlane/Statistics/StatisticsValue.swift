import NGProtocol

/// A value of the statistics. Numbers with a fraction are what bencode has no word for: there they are strings.
enum StatisticsValue: Equatable {
    case integer(Int64)
    /// With so many digits after the point.
    case decimal(Double, digits: Int)
    /// A whole number that ng shows as a string, as rtpengine does.
    case quoted(Int64)
    case string(String)
    case list([StatisticsValue])
    case dictionary([(String, StatisticsValue)])

    static func == (a: StatisticsValue, b: StatisticsValue) -> Bool { a.ngValue == b.ngValue }

    static func count(_ value: UInt64) -> StatisticsValue { .integer(Int64(clamping: value)) }
    static func count(_ value: Int) -> StatisticsValue { .integer(Int64(value)) }
    static func seconds(_ value: Double) -> StatisticsValue { .decimal(value, digits: 6) }

    var ngValue: NGValue {
        switch self {
        case .integer(let number): .integer(number)
        case .decimal(let number, let digits): .string(DecimalText.fixed(number, digits))
        case .quoted(let number): .string(String(number))
        case .string(let text): .string(text)
        case .list(let values): .list(values.map(\.ngValue))
        case .dictionary(let entries): .dictionary(NGDictionary(entries.map { ($0.0, $0.1.ngValue) }))
        }
    }

    /// JSON with real numbers.
    var json: String {
        switch self {
        case .integer(let number), .quoted(let number): return String(number)
        case .decimal(let number, let digits): return DecimalText.fixed(number, digits)
        case .string(let text): return Self.quote(text)
        case .list(let values): return "[" + values.map(\.json).joined(separator: ",") + "]"
        case .dictionary(let entries): return "{" + entries.map { "\(Self.quote($0.0)):\($0.1.json)" }.joined(separator: ",") + "}"
        }
    }

    private static func quote(_ text: String) -> String {
        // One entry's value, without the braces and the key around it.
        let entry = JSONCodec.encode(["": .string(text)])
        return String(decoding: entry.dropFirst(4).dropLast(), as: UTF8.self)
    }
}

/// Numbers as C's `%f` writes them.
enum DecimalText {
    /// - Parameter digits: after the point, up to 9. What is no number is 0.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
        guard scaled < 9e18 else { return fixed(0, digits) }
        let whole = UInt64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        return "\(sign)\(whole / UInt64(scale)).\(padded(whole % UInt64(scale), digits))"
    }

    private static func padded(_ value: UInt64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension String {
    /// With blanks before it, if it is shorter than the column.
    func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
    /// With blanks behind it.
    func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
