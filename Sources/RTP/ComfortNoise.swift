public import Wire

/// The comfort noise payload (RFC 3389 section 3): the level byte; the spectral coefficients behind it,
/// which are optional, are neither read nor written. The RFC leaves their sign open, and the wrong one would turn a rumble into a hiss.
public enum ComfortNoise {
    /// A payload that has the level only [bytes].
    public static let payloadLength = 1

    /// The noise level below overload, 0 (loudest) to 127 [-dBov]; `nil` for an empty payload.
    @inlinable public static func level(of payload: Bytes) -> UInt8? { payload.u8(0).map { $0 & 0x7f } }

    /// Writes a payload of the level alone; levels above 127 are written as 127. `false` if it does not fit.
    @inlinable public static func write(level: UInt8, to payload: MutableBytes) -> Bool { payload.set8(0, min(level, 127)) }
}
