internal import Wire

extension LibcryptoTransform {
    /// The first index sent is 1, not the 0 of RFC 3711 section 3.2.1: libsrtp counts so, its packets are
    /// what every peer has been tried with, and no receiver can tell. After 2^31 - 1 the key is used up.
    func sealRTCP(_ packet: MutableBytes, length: Int) -> Int? {
        guard direction == .outbound, let base = packet.base, length >= SRTCP.clearLength,
              packet.count - length >= SRTCP.wordLength + rtcpTagLength,
              let ssrc = rtcpSource(Bytes(base, count: length)),
              let state = sources.find(ssrc) ?? sources.insert(ssrc),
              state.pointee.rtcpIndex < SRTCP.largestIndex else { return nil }
        let index = state.pointee.rtcpIndex + 1
        let word = relaxations.contains(.unencryptedRTCP) ? index : SRTCP.encryptedFlag | index
        let layout = rtcpLayout(base, end: length, ssrc: ssrc, word: word)
        guard cipher.seal(layout) else { return nil }
        packet.set32(SRTCP.wordOffset(end: length, suite), word)
        state.pointee.rtcpIndex = index
        return length + SRTCP.wordLength + rtcpTagLength
    }

    func openRTCP(_ packet: MutableBytes) -> SRTPResult {
        guard direction == .inbound else { return .failure(.unknown) }
        let end = packet.count - SRTCP.wordLength - identifier.count - rtcpTagLength
        guard let base = packet.base, end >= SRTCP.clearLength, let ssrc = rtcpSource(Bytes(base, count: end)),
              let word = packet.bytes.u32(SRTCP.wordOffset(end: end, suite)),
              // Only `UNENCRYPTED_SRTCP` lets the peer leave SRTCP unencrypted.
              word & SRTCP.encryptedFlag != 0 || relaxations.contains(.unencryptedRTCP) else { return .failure(.malformed) }
        let index = UInt64(word & SRTCP.largestIndex)
        let known = sources.find(ssrc)
        guard known != nil || !sources.isFull else { return .failure(.unknown) }
        guard (known?.pointee.rtcp ?? ReplayWindow()).accepts(index) else { return .failure(.replayed) }
        guard hasIdentifier(packet.bytes, at: end + SRTCP.wordLength),
              cipher.open(rtcpLayout(base, end: end, ssrc: ssrc, word: word)) else { return .failure(.authenticationFailed) }
        // Authentic: only from here on may the packet change anything.
        (known ?? sources.insert(ssrc))?.pointee.rtcp.record(index)
        return .success(length: end)
    }

    /// The sender of the compound packet's first part; `nil` for another version than 2.
    private func rtcpSource(_ packet: Bytes) -> UInt32? {
        guard let first = packet.u8(0), first >> 6 == 2 else { return nil }
        return packet.u32(4)
    }

    private func rtcpLayout(_ base: UnsafeMutableRawPointer, end: Int, ssrc: UInt32, word: UInt32) -> PacketLayout {
        PacketLayout(
            base: base, clearLength: word & SRTCP.encryptedFlag != 0 ? SRTCP.clearLength : end, end: end,
            tagOffset: SRTCP.tagOffset(end: end, suite) + identifier.count,
            ssrc: ssrc, index: UInt64(word & SRTCP.largestIndex), word: word, isControl: true)
    }
}
