/// The four tables of G.711, made at first use and kept for the life of the process (129 KiB).
enum G711Tables {
    private nonisolated(unsafe) static let muEncode = encodeTable(G711Arithmetic.muCode)
    private nonisolated(unsafe) static let aEncode = encodeTable(G711Arithmetic.aCode)
    private nonisolated(unsafe) static let muDecode = decodeTable(G711Arithmetic.muSample)
    private nonisolated(unsafe) static let aDecode = decodeTable(G711Arithmetic.aSample)

    /// Indexed by the sample's bit pattern.
    static func encode(_ law: G711.Law) -> UnsafePointer<UInt8> { law == .mu ? muEncode : aEncode }
    /// Indexed by the code.
    static func decode(_ law: G711.Law) -> UnsafePointer<Int16> { law == .mu ? muDecode : aDecode }

    private static func encodeTable(_ code: (Int16) -> UInt8) -> UnsafePointer<UInt8> {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 65536)
        for pattern in 0..<65536 { table[pattern] = code(Int16(truncatingIfNeeded: pattern)) }
        return UnsafePointer(table)
    }

    private static func decodeTable(_ sample: (UInt8) -> Int16) -> UnsafePointer<Int16> {
        let table = UnsafeMutablePointer<Int16>.allocate(capacity: 256)
        for code in 0..<256 { table[code] = sample(UInt8(code)) }
        return UnsafePointer(table)
    }
}
