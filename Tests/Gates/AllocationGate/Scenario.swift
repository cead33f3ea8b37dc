import MediaCore
import SRTP
import Wire

/// One kind of call: what each of the two peers speaks.
struct Scenario {
    struct Peer {
        var format: PayloadFormat
        var payloadType: UInt8
        var suite: SRTPSuite?
        /// Meta's end of ICE: checks go on for the life of the call (RFC 7675).
        var hasICE = false
        /// Every so many packets one is lost; 0 for none.
        var losesEvery: UInt16 = 0
        /// Presses a digit every 200 packets.
        var pressesDigits = false

        var payload: PayloadPlan {
            let isOpus = format == .opus
            return PayloadPlan(payloadType: payloadType, format: format, clockRate: isOpus ? 48000 : 8000, channels: isOpus ? 2 : 1)
        }
    }

    var name: String
    var first: Peer
    var second: Peer

    private static let pcmu = Peer(format: .pcmu, payloadType: 0, suite: nil)
    private static let opus = Peer(format: .opus, payloadType: 111, suite: nil)

    private static func secured(_ peer: Peer, _ suite: SRTPSuite) -> Peer {
        var peer = peer
        peer.suite = suite
        return peer
    }

    private static func withICE(_ peer: Peer) -> Peer {
        var peer = peer
        peer.hasICE = true
        return peer
    }

    private static func unsteady(_ peer: Peer) -> Peer {
        var peer = peer
        peer.losesEvery = 41
        peer.pressesDigits = true
        return peer
    }

    static let all = [
        Scenario(name: "plain relay, PCMU", first: pcmu, second: pcmu),
        Scenario(name: "SRTP relay, Opus, AES_CM_128_HMAC_SHA1_80 to plain", first: secured(opus, .aesCM128HMACSHA1_80), second: opus),
        Scenario(name: "SRTP relay, Opus, AEAD_AES_128_GCM to AES_CM_128_HMAC_SHA1_32",
                 first: secured(opus, .aeadAES128GCM), second: secured(opus, .aesCM128HMACSHA1_32)),
        Scenario(name: "transcoding, Opus over SRTP to PCMU", first: secured(opus, .aesCM128HMACSHA1_80), second: pcmu),
        Scenario(name: "transcoding and consent checks, Opus over SRTP and ICE to PCMU",
                 first: withICE(secured(opus, .aesCM128HMACSHA1_80)), second: pcmu),
        Scenario(name: "transcoding with loss and digits, Opus over SRTP to PCMU",
                 first: unsteady(secured(opus, .aesCM128HMACSHA1_80)), second: unsteady(pcmu)),
        Scenario(name: "plain relay with loss and digits, Opus", first: unsteady(opus), second: unsteady(opus)),
        Scenario(name: "transcoding, Opus over AEAD_AES_256_GCM to PCMA over SRTP",
                 first: secured(opus, .aeadAES256GCM),
                 second: secured(Peer(format: .pcma, payloadType: 8, suite: nil), .aesCM128HMACSHA1_80)),
    ]
}
