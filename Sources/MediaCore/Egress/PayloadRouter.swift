import Codecs
import RTP
import Wire

/// What happens to a packet by its payload type, on the way from one peer to another.
struct PayloadRouter {
    enum Route: Equatable {
        /// Sent on with this payload type.
        case forward(UInt8)
        /// Decoded, and encoded for the other side.
        case transcode
        /// RFC 4733: becomes an event on the other side's clock.
        case telephoneEvent
        /// RFC 3389: the other side's silence is made on its own side.
        case comfortNoise
        /// The format is known and the other side has no use for it.
        case noRoute
        /// Never announced to this peer.
        case unknown
    }

    /// The route of the payload type that came last, which nearly always is that of the next one too.
    private var latest: (payloadType: UInt8, route: Route)?
    private var received: [PayloadPlan] = []
    private var sent: [PayloadPlan] = []
    private var encodingIndex: Int?
    private var eventIndex: Int?
    /// Payload types whose packets have another length than the sink asked for.
    private var repacketised: [UInt8] = []

    init() {}

    init(from received: [PayloadPlan], to sent: [PayloadPlan]) {
        self.received = received
        self.sent = sent
        encodingIndex = sent.firstIndex { $0.format.isTranscodable }
        // Beside several telephone-event rates the one at 8000 is what every peer reads, Meta's among them.
        eventIndex = sent.firstIndex { $0.format == .telephoneEvent && $0.clockRate == 8000 }
            ?? sent.firstIndex { $0.format == .telephoneEvent }
    }

    /// The audio formats that the source may send and the core can decode.
    var formats: [PayloadPlan] { received.filter { $0.payloadType < 128 && $0.format.isTranscodable } }

    /// What audio is encoded to, when it must be: the sink's first transcodable format.
    var encoding: PayloadPlan? { encodingIndex.map { sent[$0] } }

    /// The sink's telephone-event payload type.
    var eventPayload: PayloadPlan? { eventIndex.map { sent[$0] } }

    mutating func route(_ payloadType: UInt8) -> Route {
        if let latest, latest.payloadType == payloadType { return latest.route }
        let route = findRoute(payloadType)
        latest = (payloadType, route)
        return route
    }

    /// Whether a new plan leaves the routes as they are, with what was found out since.
    func hasSameFormats(as other: PayloadRouter) -> Bool { received == other.received && sent == other.sent }

    /// The audio in a packet [ms], or `nil` for formats that we don't know inside.
    func packetTime(of packet: ReceivedPacket) -> Int? {
        for format in received where format.payloadType == packet.header.payloadType && format.format.isTranscodable {
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
        guard case .forward = route(payloadType),
              received.contains(where: { $0.payloadType == payloadType && $0.format.isTranscodable }) else { return }
        repacketised.append(payloadType)
        latest = nil
    }

    var transcodes: Bool { received.contains { findRoute($0.payloadType) == .transcode } }

    private func findRoute(_ payloadType: UInt8) -> Route {
        guard let payload = received.last(where: { $0.payloadType == payloadType }) else { return .unknown }
        switch payload.format {
        case .telephoneEvent:
            return eventIndex == nil ? .noRoute : .telephoneEvent
        case .comfortNoise:
            return .comfortNoise
        case .opus, .pcmu, .pcma, .other:
            if repacketised.contains(payloadType) { return .transcode }
            if let same = sent.first(where: { $0.format == payload.format && $0.clockRate == payload.clockRate }) {
                return .forward(same.payloadType)
            }
            return payload.format.isTranscodable && encodingIndex != nil ? .transcode : .noRoute
        }
    }
}
