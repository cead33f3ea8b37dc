/// The 64-bit timestamps of RTCP: seconds since 1900 and a binary fraction (RFC 3550 section 4).
public enum NTPTime {
    /// From 1900 to 1970 [s].
    static let secondsBeforeUnixEpoch: Int64 = 2_208_988_800

    /// The seconds wrap in 2036, as the format has it: only differences mean anything.
    public static func timestamp(unixNanoseconds: Int64) -> UInt64 {
        let (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let seconds = remainder < 0 ? quotient &- 1 : quotient
        let nanoseconds = remainder < 0 ? remainder &+ 1_000_000_000 : remainder
        let whole = UInt32(truncatingIfNeeded: seconds &+ secondsBeforeUnixEpoch)
        let fraction = (UInt64(nanoseconds) << 32) / 1_000_000_000
        return UInt64(whole) << 32 | fraction
    }

    /// The middle 32 bits, in units of 1/65,536 s, which stand for a sender report in the "last SR" field.
    @inlinable public static func middle(_ ntp: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: ntp >> 16) }
}
