public import Wire

/// Reads a compound RTCP packet as a flat stream of elements, without allocation.
///
/// Reduced-size packets (RFC 5506) are read too: nothing asks for a report at the front. At the first
/// packet that is wrong (RFC 3550 appendix A.2) the stream ends and `isMalformed` is set; what came before stands.
public struct RTCPReader {
    private let compound: Bytes
    /// Where the next packet begins.
    private var nextPacket = 0
    /// What is left of the current packet: its window without padding, and how far it is read.
    private var packet = Bytes.empty
    private var position = 0
    private var section = Section.none
    /// A packet of the compound did not fit: nothing more is read of it.
    public private(set) var isMalformed = false

    private enum Section {
        case none
        case reportBlocks(reporter: UInt32, left: Int)
        /// Before a chunk.
        case chunks(left: Int)
        /// Inside a chunk; `left` counts the chunks after it.
        case items(ssrc: UInt32, left: Int)
        case goodbyes(left: Int)
    }

    public init(_ compound: Bytes) {
        self.compound = compound
    }

    /// The next element, or `nil` at the end or where the packet is malformed.
    public mutating func next() -> RTCPElement? {
        // Every turn either moves on in the packet or enters the next, so this ends.
        while true {
            switch section {
            case .none:
                guard nextPacket < compound.count else { return nil }
                if let element = enterPacket() { return element }
                if isMalformed { return nil }
            case .reportBlocks(let reporter, let left):
                if left == 0 { section = .none; continue }
                guard let block = readReportBlock() else { return fail() }
                section = .reportBlocks(reporter: reporter, left: left - 1)
                return .reportBlock(reporter: reporter, block)
            case .chunks(let left):
                if left == 0 { section = .none; continue }
                guard let ssrc = take32() else { return fail() }
                section = .items(ssrc: ssrc, left: left - 1)
            case .items(let ssrc, let left):
                if let element = readItem(ssrc: ssrc, chunksLeft: left) { return element }
                if isMalformed { return nil }
            case .goodbyes(let left):
                if left == 0 { section = .none; continue }
                guard let ssrc = take32() else { return fail() }
                section = .goodbyes(left: left - 1)
                return .goodbye(ssrc: ssrc)
            }
        }
    }

    private mutating func fail() -> RTCPElement? {
        isMalformed = true
        nextPacket = compound.count
        section = .none
        return nil
    }

    /// Checks the common header (RFC 3550 section 6.4.1) and reads what comes once a packet; `nil` without
    /// failure for packets that have elements only further on.
    private mutating func enterPacket() -> RTCPElement? {
        guard let first = compound.u8(nextPacket), first >> 6 == 2, let packetType = compound.u8(nextPacket &+ 1),
              let words = compound.u16(nextPacket &+ 2) else { return fail() }
        var length = (Int(words) &+ 1) &* 4
        guard let whole = compound.slice(nextPacket, length) else { return fail() }
        nextPacket &+= length
        if first & 0x20 != 0 {
            guard let padding = whole.u8(length &- 1), padding > 0, padding & 3 == 0,
                  Int(padding) <= length &- RTCPFormat.commonHeaderLength else { return fail() }
            length &-= Int(padding)
        }
        packet = Bytes(whole.base, count: length)
        position = RTCPFormat.commonHeaderLength
        let count = Int(first & 0x1f)
        switch packetType {
        case RTCPFormat.senderReport:
            guard let ssrc = take32(), let info = readSenderInfo() else { return fail() }
            section = .reportBlocks(reporter: ssrc, left: count)
            return .senderReport(ssrc: ssrc, info)
        case RTCPFormat.receiverReport:
            guard let ssrc = take32() else { return fail() }
            section = .reportBlocks(reporter: ssrc, left: count)
            return .receiverReport(ssrc: ssrc)
        case RTCPFormat.sourceDescription: section = .chunks(left: count)
        case RTCPFormat.goodbye: section = .goodbyes(left: count)
        default: return .other(packetType: packetType)
        }
        return nil
    }

    private mutating func take32() -> UInt32? {
        guard let value = packet.u32(position) else { return nil }
        position &+= 4
        return value
    }

    private mutating func readSenderInfo() -> SenderInfo? {
        guard let ntp = packet.u64(position), let timestamp = packet.u32(position &+ 8),
              let packets = packet.u32(position &+ 12), let octets = packet.u32(position &+ 16) else { return nil }
        position &+= RTCPFormat.senderInfoLength
        return SenderInfo(ntp: ntp, rtpTimestamp: timestamp, packetCount: packets, octetCount: octets)
    }

    private mutating func readReportBlock() -> ReportBlock? {
        guard let ssrc = packet.u32(position), let fraction = packet.u8(position &+ 4), let lost = packet.u24(position &+ 5),
              let highest = packet.u32(position &+ 8), let jitter = packet.u32(position &+ 12),
              let last = packet.u32(position &+ 16), let delay = packet.u32(position &+ 20) else { return nil }
        position &+= RTCPFormat.reportBlockLength
        // 24 bits, signed: up to the top of the word and back extends the sign.
        let cumulativeLost = Int32(bitPattern: lost << 8) >> 8
        return ReportBlock(
            ssrc: ssrc, fractionLost: fraction, cumulativeLost: cumulativeLost, extendedHighestSequence: highest,
            jitter: jitter, lastSenderReport: last, delaySinceLastSenderReport: delay)
    }

    /// Reads one source description item (RFC 3550 section 6.5); `nil` without failure for one that is skipped.
    private mutating func readItem(ssrc: UInt32, chunksLeft: Int) -> RTCPElement? {
        guard let type = packet.u8(position) else { return fail() }
        if type == 0 {
            // One or more zeros end the list, up to the next 32-bit boundary of the packet.
            position = (position &+ 4) & ~3
            section = .chunks(left: chunksLeft)
            return nil
        }
        guard let length = packet.u8(position &+ 1), let text = packet.slice(position &+ 2, Int(length)) else { return fail() }
        position &+= 2 &+ Int(length)
        return type == RTCPFormat.canonicalNameItem ? .canonicalName(ssrc: ssrc, text) : nil
    }
}
