import MediaCore
import NGProtocol
import Negotiation
import SRTP
import Wire

/// An offer and its answer, with the options that a proxy would send.
struct Exchange {
    let offer, answer: NegotiationRequest
    let resources: CountedResources

    init(offer: String, answer: String, flags: String, certificate: DTLSCertificate) throws {
        self.offer = try Self.request(offer, flags, command: "offer")
        self.answer = try Self.request(answer, flags, command: "answer")
        resources = CountedResources(certificate: certificate)
    }

    /// Two phones, G.711 and no security.
    static func plain(_ certificate: DTLSCertificate) throws -> Exchange {
        try Exchange(
            offer: Descriptions.plainOffer, answer: Descriptions.plainAnswer,
            flags: "replace-origin replace-session-connection ICE=remove", certificate: certificate)
    }

    /// A WhatsApp user calls a PBX.
    static func meta(_ certificate: DTLSCertificate, flags: String = "whatsapp") throws -> Exchange {
        try Exchange(offer: Descriptions.metaOffer, answer: Descriptions.plainAnswer, flags: flags, certificate: certificate)
    }

    static func message(_ command: String, _ sdp: String, _ flags: String) -> NGDictionary {
        [
            "command": .string(command), "sdp": .string(sdp), "call-id": "1c2b3a4d5e6f@192.0.2.1", "from-tag": "f00dcafe",
            "to-tag": "cafef00d", "rtpp-flags": .string(flags),
        ]
    }

    private static func request(_ sdp: String, _ flags: String, command: String) throws -> NegotiationRequest {
        switch try NGRequest(message(command, sdp, flags)).command {
        case .offer(let offer): NegotiationRequest(sdp: offer.sdp, fromTag: offer.fromTag, options: offer.media)
        case .answer(let answer):
            NegotiationRequest(sdp: answer.sdp, fromTag: answer.fromTag, toTag: answer.toTag, options: answer.media)
        default: throw MissingPart(what: command)
        }
    }

    func offered() throws -> NegotiationResult { try Negotiator.offer(offer, dialogue: nil, resources: resources) }

    func answered(_ dialogue: Dialogue) throws -> NegotiationResult {
        try Negotiator.answer(answer, dialogue: dialogue, resources: resources)
    }
}

/// Ports that count up, and bytes that look random.
final class CountedResources: MediaResources {
    let certificate: DTLSCertificate
    private var random = SplitMix64(seed: 1)
    private var port: UInt16 = 30_000
    private var slot = 0

    init(certificate: DTLSCertificate) { self.certificate = certificate }

    func families(of interface: String?) -> [IPAddress.Family] { [.v4] }

    func settleSockets(_ sockets: [LocalSocket], interface: String?, ice: ICESocketUse) throws(NegotiationError) -> [LocalSocket]? { nil }

    func leaseSockets(
        interface: String?, families: [IPAddress.Family], withRTCP: Bool, ice: ICESocketUse?
    ) throws(NegotiationError) -> LeasedSockets {
        defer { port = port > 60_000 ? 30_000 : port + 2 }
        let rtp = families.map { _ in socket(port) }
        return LeasedSockets(rtp: rtp, rtcp: withRTCP ? socket(port + 1) : nil)
    }

    private func socket(_ port: UInt16) -> LocalSocket {
        defer { slot = (slot + 1) % 4 }
        let address = TransportAddress(ip: IPAddress(v4: 0xc633_6409), port: port)
        return LocalSocket(slot: slot, local: address, advertised: address)
    }

    func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
}
