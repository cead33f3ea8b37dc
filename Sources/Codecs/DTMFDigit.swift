/// One of the sixteen DTMF digits, by its event code in RFC 4733 section 3.2: 0 to 9, 10 for `*`, 11 for `#`, 12 to 15 for A to D.
@frozen
public struct DTMFDigit: Hashable, Sendable {
    /// 0 to 15.
    public let code: UInt8

    /// `nil` for an event code above 15, which is no digit.
    @inlinable public init?(code: UInt8) {
        guard code < 16 else { return nil }
        self.code = code
    }

    /// From `0`-`9`, `*`, `#`, `A`-`D` or `a`-`d` as ASCII.
    public init?(ascii: UInt8) {
        switch ascii {
        case 0x30...0x39: code = ascii - 0x30
        case 0x2a: code = 10
        case 0x23: code = 11
        case 0x41...0x44: code = ascii - 0x41 + 12
        case 0x61...0x64: code = ascii - 0x61 + 12
        default: return nil
        }
    }

    /// `0`-`9`, `*`, `#` or `A`-`D`.
    public var ascii: UInt8 {
        switch code {
        case 0...9: 0x30 + code
        case 10: 0x2a
        case 11: 0x23
        default: 0x41 + code - 12
        }
    }

    /// The lower and the upper tone [Hz] (ITU-T Q.23).
    public var frequencies: (low: Int, high: Int) {
        switch code {
        case 0: (941, 1336)
        case 10: (941, 1209)
        case 11: (941, 1477)
        case 12: (697, 1633)
        case 13: (770, 1633)
        case 14: (852, 1633)
        case 15: (941, 1633)
        default: (Self.row(code), Self.column(code))
        }
    }

    private static func row(_ code: UInt8) -> Int {
        switch (code - 1) / 3 {
        case 0: 697
        case 1: 770
        default: 852
        }
    }

    private static func column(_ code: UInt8) -> Int {
        switch (code - 1) % 3 {
        case 0: 1209
        case 1: 1336
        default: 1477
        }
    }
}
