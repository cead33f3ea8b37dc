internal import Wire

/// The transform on libcrypto: indices, replay and sources here, the bytes in `PacketCipher`.
///
/// A packet that is opened goes through the same steps for RTP (here) and RTCP (the other file):
/// read the clear header, look the source up, estimate or read the index, ask the replay window,
/// check the tag, decrypt, and only then record what was learnt.
final class LibcryptoTransform: SRTPTransform {
    let rtpTagLength: Int
    let rtcpTagLength: Int
    let relaxations: SRTPRelaxations
    /// The identifier that an inbound packet has between what is encrypted and its tag.
    let identifier: [UInt8]
    @exclusivity(unchecked) var sources = SourceTable()
    @exclusivity(unchecked) var cipher: PacketCipher

    init(_ key: SRTPKey, direction: Direction) throws(SRTPError) {
        let suite = key.suite
        guard !suite.isAEAD || (key.relaxations.isEmpty && key.identifier.isEmpty) else { throw .suiteUnavailable(suite) }
        rtpTagLength = key.rtpTagLength
        rtcpTagLength = suite.rtcpTagLength
        relaxations = key.relaxations
        identifier = direction == .inbound ? key.identifier : []
        let derivation = try KeyDerivation(key)
        cipher = try PacketCipher(
            suite: suite, rtp: derivation.rtpKeys(), rtcp: derivation.rtcpKeys(), direction: direction, rtpTagLength: rtpTagLength)
        super.init(suite: suite, direction: direction)
    }

    override func protectRTP(_ packet: MutableBytes, length: Int) -> Int? {
        guard direction == .outbound, let base = packet.base, length >= 0, packet.count - length >= rtpTagLength,
              let header = ClearRTPHeader(Bytes(base, count: length)),
              let state = sources.find(header.ssrc) ?? sources.insert(header.ssrc) else { return nil }
        let index = PacketIndex.estimate(header.sequenceNumber, highest: state.pointee.rtp.highest)
        guard state.pointee.rtp.accepts(index) else { return nil }
        guard cipher.seal(rtpLayout(base, header, index: index, end: length)) else { return nil }
        state.pointee.rtp.record(index)
        return length + rtpTagLength
    }

    override func unprotectRTP(_ packet: MutableBytes) -> SRTPResult {
        guard direction == .inbound else { return .failure(.unknown) }
        let end = packet.count - rtpTagLength - identifier.count
        guard let base = packet.base, end >= 0, let header = ClearRTPHeader(Bytes(base, count: end)) else { return .failure(.malformed) }
        let known = sources.find(header.ssrc)
        guard known != nil || !sources.isFull else { return .failure(.unknown) }
        let window = known?.pointee.rtp ?? ReplayWindow()
        let index = PacketIndex.estimate(header.sequenceNumber, highest: window.highest)
        guard window.accepts(index) else { return .failure(.replayed) }
        guard hasIdentifier(packet.bytes, at: end), cipher.open(rtpLayout(base, header, index: index, end: end)) else {
            return .failure(.authenticationFailed)
        }
        // Authentic: only from here on may the packet change anything.
        (known ?? sources.insert(header.ssrc))?.pointee.rtp.record(index)
        return .success(length: end)
    }

    /// Another identifier names another key, and there is none (RFC 3711 section 3.1).
    func hasIdentifier(_ packet: Bytes, at offset: Int) -> Bool {
        for place in identifier.indices where packet.u8(offset + place) != identifier[place] { return false }
        return true
    }

    private func rtpLayout(_ base: UnsafeMutableRawPointer, _ header: ClearRTPHeader, index: UInt64, end: Int) -> PacketLayout {
        PacketLayout(
            base: base, clearLength: relaxations.contains(.unencryptedRTP) ? end : header.length, end: end,
            tagOffset: end + identifier.count, ssrc: header.ssrc,
            index: index, word: PacketIndex.rollOverCounter(index), isControl: false)
    }

    override func protectRTCP(_ packet: MutableBytes, length: Int) -> Int? { sealRTCP(packet, length: length) }

    override func unprotectRTCP(_ packet: MutableBytes) -> SRTPResult { openRTCP(packet) }
}
