/// A crypto suite of SRTP: the cipher, the authentication and their lengths.
///
/// The names are those of SDES: RFC 4568 section 6.2, RFC 6188 section 4 and RFC 7714 section 14.2.
/// The order is that of `allCases` only; which suite is preferred is the negotiation's business.
public enum SRTPSuite: Sendable, Hashable, CaseIterable {
    /// AES-128 in counter mode with HMAC-SHA1 cut to 80 bits: what every implementation has (RFC 3711).
    case aesCM128HMACSHA1_80
    /// The same with a 32-bit tag on RTP; SRTCP keeps 80 bits (RFC 4568 section 6.2.2).
    case aesCM128HMACSHA1_32
    case aesCM192HMACSHA1_80
    case aesCM192HMACSHA1_32
    case aesCM256HMACSHA1_80
    case aesCM256HMACSHA1_32
    case aeadAES128GCM
    case aeadAES256GCM

    /// The name in an SDES `a=crypto` line.
    public var name: String {
        switch self {
        case .aesCM128HMACSHA1_80: "AES_CM_128_HMAC_SHA1_80"
        case .aesCM128HMACSHA1_32: "AES_CM_128_HMAC_SHA1_32"
        case .aesCM192HMACSHA1_80: "AES_192_CM_HMAC_SHA1_80"
        case .aesCM192HMACSHA1_32: "AES_192_CM_HMAC_SHA1_32"
        case .aesCM256HMACSHA1_80: "AES_256_CM_HMAC_SHA1_80"
        case .aesCM256HMACSHA1_32: "AES_256_CM_HMAC_SHA1_32"
        case .aeadAES128GCM: "AEAD_AES_128_GCM"
        case .aeadAES256GCM: "AEAD_AES_256_GCM"
        }
    }

    /// Reads a suite name in any case; `nil` for one that is unknown.
    ///
    /// The drafts of RFC 6188 had the key length after `CM`, and peers still send those names.
    public init?(name: some StringProtocol) {
        let upper = name.uppercased()
        for suite in Self.allCases where suite.name == upper {
            self = suite
            return
        }
        switch upper {
        case "AES_CM_192_HMAC_SHA1_80": self = .aesCM192HMACSHA1_80
        case "AES_CM_192_HMAC_SHA1_32": self = .aesCM192HMACSHA1_32
        case "AES_CM_256_HMAC_SHA1_80": self = .aesCM256HMACSHA1_80
        case "AES_CM_256_HMAC_SHA1_32": self = .aesCM256HMACSHA1_32
        default: return nil
        }
    }

    /// Whether one algorithm both encrypts and authenticates (RFC 7714).
    public var isAEAD: Bool { self == .aeadAES128GCM || self == .aeadAES256GCM }

    /// Whether packets that carry a master key identifier can be opened.
    var allowsIdentifier: Bool { !isAEAD && masterKeyLength != 24 }

    /// Bytes of the master key, and of the session encryption keys made from it.
    public var masterKeyLength: Int {
        switch self {
        case .aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32, .aeadAES128GCM: 16
        case .aesCM192HMACSHA1_80, .aesCM192HMACSHA1_32: 24
        case .aesCM256HMACSHA1_80, .aesCM256HMACSHA1_32, .aeadAES256GCM: 32
        }
    }

    /// Bytes of the master salt, and of the session salts made from it.
    public var masterSaltLength: Int { isAEAD ? 12 : 14 }

    /// Bytes that `protectRTP` adds.
    public var rtpTagLength: Int {
        switch self {
        case .aesCM128HMACSHA1_80, .aesCM192HMACSHA1_80, .aesCM256HMACSHA1_80: 10
        case .aesCM128HMACSHA1_32, .aesCM192HMACSHA1_32, .aesCM256HMACSHA1_32: 4
        case .aeadAES128GCM, .aeadAES256GCM: 16
        }
    }

    /// Bytes of the tag of an SRTCP packet; `protectRTCP` adds four more, the index.
    public var rtcpTagLength: Int { isAEAD ? 16 : 10 }
}

extension SRTPSuite {
    /// The DTLS-SRTP protection profile (RFC 5764 section 4.1.2, RFC 7714 section 14.2); `nil` for a suite that has none.
    public var dtlsProfile: UInt16? {
        switch self {
        case .aesCM128HMACSHA1_80: 0x0001
        case .aesCM128HMACSHA1_32: 0x0002
        case .aeadAES128GCM: 0x0007
        case .aeadAES256GCM: 0x0008
        default: nil
        }
    }

    /// What OpenSSL calls that profile.
    public var dtlsName: String? {
        switch self {
        case .aesCM128HMACSHA1_80: "SRTP_AES128_CM_SHA1_80"
        case .aesCM128HMACSHA1_32: "SRTP_AES128_CM_SHA1_32"
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        case .aeadAES256GCM: "SRTP_AEAD_AES_256_GCM"
        default: nil
        }
    }

    /// The suite of a DTLS-SRTP protection profile; `nil` for one that is not ours.
    public init?(dtlsProfile: UInt16) {
        for suite in Self.allCases where suite.dtlsProfile == dtlsProfile {
            self = suite
            return
        }
        return nil
    }
}
