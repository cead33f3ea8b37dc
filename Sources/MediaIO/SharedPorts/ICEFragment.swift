import Wire

/// An ICE user name fragment (RFC 8445 section 5.3), held in place so that looking for one allocates nothing.
///
/// Only our own fragments are looked for, which have eight characters; longer ones than 32 are nobody's.
struct ICEFragment: Hashable, Sendable {
    static let maximumLength = 32

    /// The characters, then zeros.
    private let characters: SIMD4<UInt64>
    private let count: UInt8

    init?(_ text: Bytes) {
        guard (1...Self.maximumLength).contains(text.count) else { return nil }
        var characters = SIMD4<UInt64>()
        withUnsafeMutableBytes(of: &characters) { $0.copyMemory(from: text.buffer) }
        self.characters = characters
        count = UInt8(truncatingIfNeeded: text.count)
    }

    init?(_ text: String) {
        guard let fragment = Array(text.utf8).withBytes({ ICEFragment($0) }) else { return nil }
        self = fragment
    }
}
