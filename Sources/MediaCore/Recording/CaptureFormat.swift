public import Wire

/// A capture file as libpcap reads it (draft-ietf-opsawg-pcap): little-endian, microseconds. The headers below UDP are made up from the
/// addresses.
public enum CaptureFormat: Sendable, Equatable {
    /// Packets begin with the IP header: LINKTYPE_RAW.
    case raw
    /// With an Ethernet header whose addresses are 0: LINKTYPE_ETHERNET.
    case ethernet

    /// The longest packet that is written whole [bytes].
    private static let snapLength = 65535

    public var fileHeader: [UInt8] {
        var bytes: [UInt8] = []
        Self.append(0xa1b2_c3d4, 4, to: &bytes)
        Self.append(2, 2, to: &bytes)
        Self.append(4, 2, to: &bytes)
        Self.append(0, 8, to: &bytes)
        Self.append(UInt64(Self.snapLength), 4, to: &bytes)
        Self.append(self == .raw ? 101 : 1, 4, to: &bytes)
        return bytes
    }

    /// Appends a UDP datagram with its record header; one between addresses of two families is written as IPv6 (RFC 4291 section 2.5.5.2).
    public func append(
        _ payload: Bytes, from source: TransportAddress, to destination: TransportAddress, unixNanoseconds: Int64, to bytes: inout [UInt8]
    ) {
        let isIPv4 = source.ip.family == .v4 && destination.ip.family == .v4
        let ipLength = isIPv4 ? 20 : 40
        let linkLength = self == .raw ? 0 : 14
        let length = linkLength + ipLength + 8 + payload.count
        guard length <= Self.snapLength else { return }
        let microseconds = UInt64(max(0, unixNanoseconds)) / 1000
        Self.append(microseconds / 1_000_000, 4, to: &bytes)
        Self.append(microseconds % 1_000_000, 4, to: &bytes)
        Self.append(UInt64(length), 4, to: &bytes)
        Self.append(UInt64(length), 4, to: &bytes)
        if linkLength > 0 {
            bytes += [UInt8](repeating: 0, count: 12)
            bytes += isIPv4 ? [0x08, 0x00] : [0x86, 0xdd]
        }
        let start = bytes.count
        let udpLength = 8 + payload.count
        if isIPv4 {
            Self.appendIPv4(source.ip, destination.ip, length: udpLength, to: &bytes)
        } else {
            Self.appendIPv6(source.ip, destination.ip, length: udpLength, to: &bytes)
        }
        for value in [UInt16(source.port), destination.port, UInt16(truncatingIfNeeded: udpLength), 0] {
            bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
        }
        bytes += payload.buffer
        // None is none in IPv4 (RFC 768) and forbidden in IPv6 (RFC 8200 section 8.1).
        guard !isIPv4 else { return }
        let sum = Self.checksum(bytes[(start + 8)...], initial: UInt32(udpLength) + 17)
        Self.set(sum == 0 ? 0xffff : sum, at: start + ipLength + 6, in: &bytes)
    }

    private static func appendIPv4(_ source: IPAddress, _ destination: IPAddress, length: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        let total = 20 + length
        bytes += [0x45, 0, UInt8(truncatingIfNeeded: total >> 8), UInt8(truncatingIfNeeded: total), 0, 0, 0, 0, 64, 17, 0, 0]
        for address in [source, destination] { appendBigEndian(address.low, 4, to: &bytes) }
        set(checksum(bytes[start...], initial: 0), at: start + 10, in: &bytes)
    }

    private static func appendIPv6(_ source: IPAddress, _ destination: IPAddress, length: Int, to bytes: inout [UInt8]) {
        bytes += [0x60, 0, 0, 0, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length), 17, 64]
        for address in [source, destination] {
            appendBigEndian(address.high, 8, to: &bytes)
            appendBigEndian(address.family == .v6 ? address.low : 0xffff << 32 | address.low, 8, to: &bytes)
        }
    }

    /// RFC 1071; a last odd byte counts as if a 0 followed.
    private static func checksum(_ bytes: ArraySlice<UInt8>, initial: UInt32) -> UInt16 {
        var sum = initial
        var isHigh = true
        for byte in bytes {
            sum &+= isHigh ? UInt32(byte) << 8 : UInt32(byte)
            isHigh.toggle()
        }
        while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
        return ~UInt16(truncatingIfNeeded: sum)
    }

    private static func set(_ value: UInt16, at offset: Int, in bytes: inout [UInt8]) {
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    private static func append(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }

    private static func appendBigEndian(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for place in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }
}
