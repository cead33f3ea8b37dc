/// Byte-wise splitting. Swift's characters join CR and LF, and base letters with combining marks, so a
/// description is never cut at `Character` boundaries.
extension StringProtocol {
    /// The pieces between blanks; several blanks count as one.
    var words: [Substring] { Substring(self).utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) } }

    /// The text before and after the first occurrence of an ASCII byte, or `nil` without one.
    func cut(at byte: UInt8) -> (Substring, Substring)? {
        let text = Substring(self)
        guard let place = text.utf8.firstIndex(of: byte) else { return nil }
        return (text[..<place], text[text.utf8.index(after: place)...])
    }

    /// Decimal digits only: `Int` alone would take a sign.
    var decimal: Int? { !isEmpty && utf8.allSatisfy { (48...57).contains($0) } ? Int(self) : nil }
}
