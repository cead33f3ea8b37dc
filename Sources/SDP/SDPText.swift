/// Byte-wise splitting. Swift's characters join CR and LF, and base letters with combining marks, so a
/// description is never cut at `Character` boundaries.
extension StringProtocol {
    /// The pieces between blanks; several blanks count as one.
    public var words: [Substring] {
        let text = Substring(self)
        let bytes = text.utf8
        var words: [Substring] = []
        words.reserveCapacity(8)
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            let next = bytes.index(after: index)
            if bytes[index] == UInt8(ascii: " ") {
                if start < index { words.append(text[start..<index]) }
                start = next
            }
            index = next
        }
        if start < index { words.append(text[start..<index]) }
        return words
    }

    /// Whether one of the pieces between blanks is this one, of so many as a description has media sections.
    func hasWord(_ word: String) -> Bool {
        utf8.split(separator: UInt8(ascii: " "), maxSplits: SDPLimits.mediaSections).contains { $0.elementsEqual(word.utf8) }
    }

    /// The first piece between blanks, and what follows the blank after it; `nil` where there is nothing but blanks.
    var firstWord: (Substring, rest: Substring)? {
        let text = Substring(self)
        guard let start = text.utf8.firstIndex(where: { $0 != UInt8(ascii: " ") }) else { return nil }
        let word = text[start...]
        return word.cut(at: UInt8(ascii: " ")) ?? (word, word[word.endIndex...])
    }

    /// The text before and after the first occurrence of an ASCII byte, or `nil` without one.
    func cut(at byte: UInt8) -> (Substring, Substring)? {
        let text = Substring(self)
        guard let place = text.utf8.firstIndex(of: byte) else { return nil }
        return (text[..<place], text[text.utf8.index(after: place)...])
    }

    /// Decimal digits only: `Int` alone would take a sign.
    var decimal: Int? {
        var result = 0
        for byte in utf8 {
            guard (48...57).contains(byte) else { return nil }
            let (product, isTooMuch) = result.multipliedReportingOverflow(by: 10)
            let (sum, isOne) = product.addingReportingOverflow(Int(byte - 48))
            if isTooMuch || isOne { return nil }
            result = sum
        }
        return isEmpty ? nil : result
    }
}

extension Span<UInt8> {
    /// - Parameter start: 0 to `count`.
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        for index in start..<count where self[index] == byte { return index }
        return nil
    }

    /// The bytes of a text, cut at ASCII ones.
    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
