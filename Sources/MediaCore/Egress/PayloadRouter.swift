import Codecs
import RTP
import Wire

/// What happens to a packet by its payload type, on the way from one peer to another: a table made when a
/// plan is applied and read once for each packet.
struct PayloadRouter {
    enum Route: Equatable {
        /// Sent on with this payload type.
        case forward(UInt8)
        /// Decoded with the decoder of this index in `formats`, and encoded for the other side.
        case transcode(Int)
        /// RFC 4733: becomes an event on the other side's clock. The clock rate is that of the duration field.
        case telephoneEvent(clockRate: Int)
        /// RFC 3389: the other side's silence is made on its own side.
        case comfortNoise
        /// The format is known and the other side has no use for it.
        case noRoute
        /// Never announced to this peer.
        case unknown
    }

    private var routes: InlineArray<128, Route> = InlineArray(repeating: .unknown)
    /// The audio formats that the source may send and the core can decode.
    private(set) var formats: [PayloadPlan] = []
    private var received: [PayloadPlan] = []
    private var sent: [PayloadPlan] = []
    /// What audio is encoded to, when it must be: the sink's first transcodable format.
    private(set) var encoding: PayloadPlan?
    /// The sink's telephone-event payload type.
    private(set) var eventPayload: PayloadPlan?

    init() {}

    init(from received: [PayloadPlan], to sent: [PayloadPlan]) {
        self.received = received
        self.sent = sent
        encoding = sent.first { $0.format.isTranscodable }
        // Beside several telephone-event rates the one at 8000 is what every peer reads, Meta's among them.
        eventPayload = sent.first { $0.format == .telephoneEvent && $0.clockRate == 8000 } ?? sent.first { $0.format == .telephoneEvent }
        for payload in received where payload.payloadType < 128 {
            routes[Int(payload.payloadType)] = route(for: payload, to: sent)
        }
    }

    func route(_ payloadType: UInt8) -> Route { routes[Int(payloadType & 0x7f)] }

    /// Whether a new plan leaves the routes as they are, with what was found out since.
    func hasSameFormats(as other: PayloadRouter) -> Bool { received == other.received && sent == other.sent }

    /// RTP clock of a payload type that is forwarded [Hz]; the same on both sides.
    func clockRate(of payloadType: UInt8) -> Int {
        for payload in received where payload.payloadType == payloadType { return payload.clockRate }
        return 8000
    }

    /// The audio in a packet [ms], or `nil` for formats that we don't know inside.
    func packetTime(of packet: ReceivedPacket) -> Int? {
        for format in formats where format.payloadType == packet.header.payloadType {
            return switch format.format {
            case .opus: OpusPacket.duration(packet.payload).map { $0 / 48 }
            case .pcmu, .pcma: packet.payload.count / 8
            default: nil
            }
        }
        return nil
    }

    /// Sends the packets of a payload type through the transcoder from now on, because their length is not what the sink asked for.
    mutating func repacketise(_ payloadType: UInt8) {
        let index = Int(payloadType & 0x7f)
        guard case .forward = routes[index], let format = formats.firstIndex(where: { $0.payloadType == payloadType }) else { return }
        routes[index] = .transcode(format)
    }

    var transcodes: Bool {
        for index in routes.indices { if case .transcode = routes[index] { return true } }
        return false
    }

    private mutating func route(for payload: PayloadPlan, to sent: [PayloadPlan]) -> Route {
        switch payload.format {
        case .telephoneEvent:
            return eventPayload == nil ? .noRoute : .telephoneEvent(clockRate: payload.clockRate)
        case .comfortNoise:
            return .comfortNoise
        case .opus, .pcmu, .pcma, .other:
            if payload.format.isTranscodable { formats.append(payload) }
            if let same = sent.first(where: { $0.format == payload.format && $0.clockRate == payload.clockRate }) {
                return .forward(same.payloadType)
            }
            return payload.format.isTranscodable && encoding != nil ? .transcode(formats.count - 1) : .noRoute
        }
    }
}
