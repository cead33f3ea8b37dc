import Foundation

enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Three digits are as many as are true.
    static func short(_ number: Double) -> String {
        number == number.rounded() || number >= 100 ? String(Int(number.rounded())) : String(format: "%.\(number >= 10 ? 1 : 2)f", number)
    }
}
