internal import Wire

/// The frames of one packet, checked (RFC 6716 sections 3.1 and 3.2).
struct OpusLayout {
    /// Samples of one frame at 48 kHz: 120 (2.5 ms) to 2880 (60 ms).
    let frameSamples: Int
    let isCELT: Bool
    let isStereo: Bool
    private(set) var frames = 1
    private(set) var firstFrameOffset = 1
    private(set) var firstFrameLength = 0

    /// [R2]: no frame is longer [bytes].
    private static let maximumFrameLength = 1275

    init?(_ packet: Bytes) {
        guard let toc = packet.u8(0) else { return nil }
        isCELT = toc & 0x80 != 0
        isStereo = toc & 0x04 != 0
        frameSamples = Self.frameSamples(configuration: Int(toc >> 3))
        let parsed: Bool
        switch toc & 3 {
        case 0: parsed = parseOne(packet)
        case 1: parsed = parseTwoEqual(packet)
        case 2: parsed = parseTwo(packet)
        default: parsed = parseMany(packet)
        }
        guard parsed else { return nil }
    }

    /// Table 2: configurations 0-11 are SILK of 10, 20, 40, 60 ms; 12-15 hybrid of 10, 20; 16-31 CELT of 2.5, 5, 10, 20.
    private static func frameSamples(configuration: Int) -> Int {
        switch configuration {
        case ..<12: configuration & 3 == 3 ? 2880 : 480 << (configuration & 3)
        case ..<16: configuration & 1 == 0 ? 480 : 960
        default: 120 << (configuration & 3)
        }
    }

    private mutating func parseOne(_ packet: Bytes) -> Bool {
        firstFrameLength = packet.count - 1
        return firstFrameLength <= Self.maximumFrameLength
    }

    private mutating func parseTwoEqual(_ packet: Bytes) -> Bool {
        let rest = packet.count - 1
        frames = 2
        firstFrameLength = rest / 2
        return rest % 2 == 0 && firstFrameLength <= Self.maximumFrameLength
    }

    private mutating func parseTwo(_ packet: Bytes) -> Bool {
        guard let (length, size) = Self.frameLength(packet, at: 1) else { return false }
        frames = 2
        firstFrameOffset = 1 + size
        firstFrameLength = length
        let second = packet.count - firstFrameOffset - length
        return second >= 0 && second <= Self.maximumFrameLength
    }

    private mutating func parseMany(_ packet: Bytes) -> Bool {
        guard let header = packet.u8(1) else { return false }
        frames = Int(header & 0x3f)
        // [R5]: at least one frame, at most 120 ms.
        guard frames > 0, frames * frameSamples <= 5760 else { return false }
        var offset = 2
        var end = packet.count
        if header & 0x40 != 0 {
            guard let padding = Self.padding(packet, offset: &offset) else { return false }
            end -= padding
        }
        guard offset <= end else { return false }
        return header & 0x80 != 0 ? parseVariable(packet, offset, end) : parseConstant(offset, end)
    }

    private mutating func parseConstant(_ offset: Int, _ end: Int) -> Bool {
        firstFrameOffset = offset
        firstFrameLength = (end - offset) / frames
        return (end - offset) % frames == 0 && firstFrameLength <= Self.maximumFrameLength
    }

    private mutating func parseVariable(_ packet: Bytes, _ start: Int, _ end: Int) -> Bool {
        var offset = start
        var total = 0
        for frame in 0..<(frames - 1) {
            guard let (length, size) = Self.frameLength(packet, at: offset) else { return false }
            if frame == 0 { firstFrameLength = length }
            offset += size
            total += length
        }
        let last = end - offset - total
        if frames == 1 { firstFrameLength = last }
        firstFrameOffset = offset
        return last >= 0 && last <= Self.maximumFrameLength
    }

    /// Section 3.2.1: one byte up to 251, else two.
    private static func frameLength(_ packet: Bytes, at offset: Int) -> (length: Int, size: Int)? {
        guard let first = packet.u8(offset) else { return nil }
        if first < 252 { return (Int(first), 1) }
        guard let second = packet.u8(offset + 1) else { return nil }
        return (Int(second) * 4 + Int(first), 2)
    }

    /// Section 3.2.5: each byte of 255 stands for 254 bytes of padding and one more length byte.
    private static func padding(_ packet: Bytes, offset: inout Int) -> Int? {
        var total = 0
        while true {
            guard let byte = packet.u8(offset) else { return nil }
            offset += 1
            if byte < 255 { return total + Int(byte) }
            total += 254
        }
    }
}
