/// The two ciphers of the libcrypto transform. An enum rather than a protocol: the call stays direct.
enum PacketCipher {
    case counterMode(CounterModeCipher)
    case gcm(GCMCipher)

    /// The session keys of one kind of packet, ready for use.
    init(suite: SRTPSuite, keys: SessionKeys, tagLength: Int, direction: SRTPTransform.Direction) throws(SRTPError) {
        if suite.isAEAD {
            guard let cipher = GCMCipher(keys: keys, direction: direction) else { throw .suiteUnavailable(suite) }
            self = .gcm(cipher)
        } else {
            guard let cipher = CounterModeCipher(keys: keys, tagLength: tagLength) else { throw .suiteUnavailable(suite) }
            self = .counterMode(cipher)
        }
    }

    @inline(__always)
    func seal(_ packet: PacketLayout) -> Bool {
        switch self {
        case .counterMode(let cipher): cipher.seal(packet)
        case .gcm(let cipher): cipher.seal(packet)
        }
    }

    @inline(__always)
    func open(_ packet: PacketLayout) -> Bool {
        switch self {
        case .counterMode(let cipher): cipher.open(packet)
        case .gcm(let cipher): cipher.open(packet)
        }
    }
}
