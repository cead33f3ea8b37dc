/// A JSON value whose keys keep their order, for people who read the output.
indirect enum JSONText {
    case null
    case text(String)
    case whole(Int)
    case number(Double)
    case truth(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// One line (RFC 8259).
    var description: String {
        switch self {
        case .null: "null"
        case .text(let text): Self.quote(text)
        case .whole(let number): String(number)
        case .number(let number): Self.round(number)
        case .truth(let value): value ? "true" : "false"
        case .list(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
        case .object(let entries): "{" + entries.map { Self.quote($0.0) + ":" + $0.1.description }.joined(separator: ",") + "}"
        }
    }

    /// Six digits behind the point; there is no word for what is no number.
    private static func round(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        let rounded = (number * 1e6).rounded() / 1e6
        return abs(rounded) < 1e15 ? "\(rounded)" : "\(number)"
    }

    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let scalar where scalar.value < 0x20: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
