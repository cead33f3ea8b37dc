import PeerSimulator

/// One call of the demo: who calls, and how the two legs are made.
struct DemoCall {
    enum Caller { case user, business }

    var number: Int
    var caller: Caller
    var keying: WhatsAppEndpoint.Keying
    var pbxTransport: String
    var pbxCodec: SimulatedCodec
    var pbxMultiplexes: Bool
    var attempt = 1

    var title: String { caller == .user ? "user calls" : "business calls" }
    var whatsAppLeg: String { keying == .dtls ? "DTLS Opus" : "SDES Opus" }
    var pbxLeg: String { "\(pbxTransport) \(codecName)" }

    private var codecName: String {
        switch pbxCodec {
        case .opus: "Opus"
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        }
    }

    /// Every way of keying in both directions, against PBXs from the plainest to the guide's Asterisk
    /// (SDES, AVPF, rtcp-mux).
    static func all(_ keyings: [WhatsAppEndpoint.Keying]) -> [DemoCall] {
        let calls = [
            DemoCall(number: 1, caller: .user, keying: .dtls, pbxTransport: "RTP/AVP", pbxCodec: .pcmu, pbxMultiplexes: false),
            DemoCall(number: 2, caller: .business, keying: .dtls, pbxTransport: "RTP/SAVPF", pbxCodec: .pcmu, pbxMultiplexes: true),
            DemoCall(number: 3, caller: .user, keying: .sdes, pbxTransport: "RTP/AVP", pbxCodec: .pcma, pbxMultiplexes: false),
            DemoCall(number: 4, caller: .business, keying: .sdes, pbxTransport: "RTP/SAVPF", pbxCodec: .opus, pbxMultiplexes: true),
        ]
        return calls.filter { keyings.contains($0.keying) }
    }
}
