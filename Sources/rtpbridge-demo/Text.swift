import Foundation

// How values look on the terminal.

func decimal(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }

/// Event codes as the keys of a telephone (RFC 4733 section 3.2).
func digitText(_ codes: [UInt8]) -> String {
    let keys = Array("0123456789*#ABCD")
    return codes.isEmpty ? "none" : codes.map { keys.indices.contains(Int($0)) ? String(keys[Int($0)]) : "?" }.joined(separator: " ")
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func indented(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
