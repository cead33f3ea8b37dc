internal import CCrypto

/// The bytes of packets under the session keys of one direction: counter mode with HMAC-SHA1, or GCM.
///
/// RTP and RTCP have keys of their own and one cipher between them, which changes its key when one follows the other. That
/// is seldom, and a cipher of libcrypto is the largest thing that a protected stream has (630 bytes, GCM 1.1 kB).
struct PacketCipher: ~Copyable {
    /// Which keys the cipher has now.
    private var isControl = false
    private let engine: Engine
    private let rtp: PacketKeys
    private let rtcp: PacketKeys

    /// Counter-mode or GCM context of libcrypto.
    private enum Engine {
        case counterMode(OpaquePointer)
        case gcm(OpaquePointer)
    }

    /// - Parameter rtpTagLength: where it is not the suite's [bytes].
    init(
        suite: SRTPSuite, rtp: SessionKeys, rtcp: SessionKeys, direction: SRTPTransform.Direction, rtpTagLength: Int? = nil
    ) throws(SRTPError) {
        guard let rtpKeys = PacketKeys(rtp, tagLength: rtpTagLength ?? suite.rtpTagLength),
              let rtcpKeys = PacketKeys(rtcp, tagLength: suite.rtcpTagLength) else { throw .suiteUnavailable(suite) }
        let context = suite.isAEAD
            ? rtpbridge_aes_gcm_new(rtp.encryption, rtp.encryption.count, direction == .outbound ? 1 : 0)
            : rtpbridge_aes_ctr_new(rtp.encryption, rtp.encryption.count)
        guard let context else { throw .suiteUnavailable(suite) }
        engine = suite.isAEAD ? .gcm(context) : .counterMode(context)
        self.rtp = rtpKeys
        self.rtcp = rtcpKeys
    }

    deinit {
        switch engine {
        case .counterMode(let context): rtpbridge_aes_ctr_free(context)
        case .gcm(let context): rtpbridge_aes_gcm_free(context)
        }
    }

    /// Encrypts and writes the tag. `false` only if libcrypto fails.
    mutating func seal(_ packet: PacketLayout) -> Bool {
        guard prepare(for: packet) else { return false }
        let keys = packet.isControl ? rtcp : rtp
        return switch engine {
        case .counterMode(let context): CounterMode.seal(packet, keys, context)
        case .gcm(let context): GCM.seal(packet, keys, context)
        }
    }

    /// Checks the tag and decrypts. `false`, and the encrypted part worthless, if the tag is wrong.
    mutating func open(_ packet: PacketLayout) -> Bool {
        let keys = packet.isControl ? rtcp : rtp
        switch engine {
        case .counterMode(let context):
            return CounterMode.isAuthentic(packet, keys) && prepare(for: packet) && CounterMode.applyKeyStream(packet, keys, context)
        case .gcm(let context):
            return prepare(for: packet) && GCM.open(packet, keys, context)
        }
    }

    /// Gives the cipher the keys of this kind of packet. `false` only if libcrypto fails.
    private mutating func prepare(for packet: PacketLayout) -> Bool {
        if packet.isControl == isControl { return true }
        var key = (packet.isControl ? rtcp : rtp).encryption
        let isSet = withUnsafePointer(to: &key) { key in
            switch engine {
            case .counterMode(let context): rtpbridge_aes_ctr_set_key(context, key) == 1
            case .gcm(let context): rtpbridge_aes_gcm_set_key(context, key) == 1
            }
        }
        if isSet { isControl = packet.isControl }
        return isSet
    }
}

/// The session keys of one kind of packet, as the packet path wants them.
struct PacketKeys {
    /// The session salt from the left, as two 64-bit numbers.
    let saltHigh: UInt64
    let saltLow: UInt64
    /// HMAC-SHA1 with its key already in it; of no use in GCM.
    let authentication: rtpbridge_keyed_sha1
    /// 16 to 32 bytes from the left.
    let encryption: (UInt64, UInt64, UInt64, UInt64)
    /// [bytes]
    let tagLength: Int

    /// `nil` for keys that are longer than any suite's.
    init?(_ keys: SessionKeys, tagLength: Int) {
        var authentication = rtpbridge_keyed_sha1()
        var encryption = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        guard keys.encryption.count <= 32, keys.salt.count <= 16,
              rtpbridge_keyed_sha1_init(&authentication, keys.authentication, keys.authentication.count) == 1 else { return nil }
        withUnsafeMutableBytes(of: &encryption) { $0.copyBytes(from: keys.encryption) }
        let salt = keys.salt + [UInt8](repeating: 0, count: 16 - keys.salt.count)
        saltHigh = salt[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        saltLow = salt[8...].reduce(0) { $0 << 8 | UInt64($1) }
        self.authentication = authentication
        self.encryption = encryption
        self.tagLength = tagLength
    }
}
