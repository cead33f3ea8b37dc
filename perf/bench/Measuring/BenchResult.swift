/// What one operation of a bench costs.
struct BenchResult: Encodable {
    var name: String
    /// CPU time of the thread [ns].
    var bestNanoseconds: Double?
    var medianNanoseconds: Double?
    /// Calls of malloc and its kin.
    var mallocs: Double?
    /// Heap that stays.
    var bytes: Int?

    static let heading = Self.row("", "ns best", "ns median", "mallocs", "bytes")

    var row: String {
        Self.row(
            name, bestNanoseconds.map(JSONText.short) ?? "", medianNanoseconds.map(JSONText.short) ?? "",
            mallocs.map(JSONText.short) ?? "", bytes.map(String.init) ?? "")
    }

    private static func row(_ name: String, _ numbers: String...) -> String {
        name + String(repeating: " ", count: max(0, 68 - name.count))
            + numbers.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
    }

    enum CodingKeys: String, CodingKey {
        case name, bestNanoseconds = "ns_best", medianNanoseconds = "ns_median", mallocs, bytes
    }
}
