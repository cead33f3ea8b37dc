public import Wire

/// The payload of a telephone-event packet (RFC 4733 section 2.3), of which the first event is read:
/// nobody packs several into one packet for DTMF.
@frozen
public struct TelephoneEvent: Equatable, Sendable {
    /// [bytes]
    public static let payloadLength = 4

    /// 0 to 9 are the digits, 10 is *, 11 is #, 12 to 15 are A to D, 16 is a hook flash (RFC 4733 section 3.2).
    public var code: UInt8
    /// The E bit: the event is over and `duration` is its whole length.
    public var isEnd: Bool
    /// Tone power, 0 to 63 [-dBm0].
    public var volume: UInt8
    /// From the packet's RTP timestamp until now, in units of the payload type's clock.
    public var duration: UInt16

    @inlinable public init(code: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
        self.code = code
        self.isEnd = isEnd
        self.volume = volume & 0x3f
        self.duration = duration
    }

    /// `nil` if there are fewer than four bytes; the reserved bit is ignored.
    @inlinable public static func parse(_ payload: Bytes) -> TelephoneEvent? {
        guard let code = payload.u8(0), let flags = payload.u8(1), let duration = payload.u16(2) else { return nil }
        return TelephoneEvent(code: code, isEnd: flags & 0x80 != 0, volume: flags, duration: duration)
    }

    /// Writes four bytes; `false`, and nothing written, if they do not fit.
    @inlinable public func write(to payload: MutableBytes) -> Bool {
        guard payload.count >= Self.payloadLength else { return false }
        payload.set8(0, code)
        payload.set8(1, (isEnd ? 0x80 : 0) | (volume & 0x3f))
        payload.set16(2, duration)
        return true
    }
}
