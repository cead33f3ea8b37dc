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
        /// RFC 3389: sent on with this payload type where the other side has one at that clock and its audio is not converted just then,
        /// else made audible as noise.
        case comfortNoise(UInt8?)
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
    private var hasEvents = false
    /// Payload types whose packets have another length than the sink asked for.
    private var repacketised: [UInt8] = []
    private var alwaysConverts = false

    init() {}

    /// - Parameter alwaysConverts: whether equal formats are decoded and encoded too.
    init(from received: [PayloadPlan], to sent: [PayloadPlan], alwaysConverts: Bool = false) {
        self.alwaysConverts = alwaysConverts
        self.received = received
        self.sent = sent
        encodingIndex = sent.firstIndex { $0.format.isTranscodable }
        hasEvents = sent.contains { $0.format == .telephoneEvent }
    }

    /// The audio formats that the source may send and the core can decode.
    var formats: [PayloadPlan] { received.filter { $0.payloadType < 128 && $0.format.isTranscodable } }

    /// What audio is encoded to, when it must be: the sink's first transcodable format.
    var encoding: PayloadPlan? { encodingIndex.map { sent[$0] } }

    /// Whether the sink knows telephone-events.
    var sendsEvents: Bool { hasEvents }

    /// The sink's telephone-event payload type: the one on the clock of its audio (RFC 4733 section 2.1), else the one at 8000, which
    /// every peer reads, Meta's among them.
    /// - Parameter clockRate: of the audio that the sink gets now [Hz].
    func eventPayload(besideClockRate clockRate: Int) -> PayloadPlan? {
        guard hasEvents else { return nil }
        var best: PayloadPlan?
        for payload in sent where payload.format == .telephoneEvent {
            if payload.clockRate == clockRate { return payload }
            if best == nil || (payload.clockRate == 8000 && best?.clockRate != 8000) { best = payload }
        }
        return best
    }

    /// Whether the sink's events are the same as by another router.
    func hasSameEvents(as other: PayloadRouter) -> Bool {
        sent.filter { $0.format == .telephoneEvent } == other.sent.filter { $0.format == .telephoneEvent }
    }

    mutating func route(_ payloadType: UInt8) -> Route {
        if let latest, latest.payloadType == payloadType { return latest.route }
        let route = findRoute(payloadType)
        latest = (payloadType, route)
        return route
    }

    /// Whether a new plan leaves the routes as they are, with what was found out since.
    func hasSameFormats(as other: PayloadRouter) -> Bool {
        received == other.received && sent == other.sent && alwaysConverts == other.alwaysConverts
    }

    /// What a payload type means when the source sends it.
    func format(of payloadType: UInt8) -> PayloadFormat? { received.last { $0.payloadType == payloadType }?.format }

    /// The audio in a packet [ms], or `nil` for formats that we don't know inside.
    func packetTime(of packet: ReceivedPacket) -> Int? {
        for format in received where format.payloadType == packet.header.payloadType && format.format.isTranscodable {
            return switch format.format {
            case .opus: OpusPacket.duration(packet.payload).map { $0 / 48 }
            case .pcmu, .pcma, .g722: packet.payload.count / 8
            case .l16: packet.payload.count / max(1, format.clockRate / 1000 * 2 * format.channels)
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

    /// Whether the source's comfort noise is made audible beside audio that is passed on.
    var makesNoise: Bool { received.contains { findRoute($0.payloadType) == .comfortNoise(nil) } }

    var transcodes: Bool { received.contains { findRoute($0.payloadType) == .transcode } }

    private func findRoute(_ payloadType: UInt8) -> Route {
        guard let payload = received.last(where: { $0.payloadType == payloadType }) else { return .unknown }
        switch payload.format {
        case .telephoneEvent:
            return hasEvents ? .telephoneEvent : .noRoute
        case .comfortNoise:
            return .comfortNoise(sent.first { $0.format == .comfortNoise && $0.clockRate == payload.clockRate }?.payloadType)
        case .opus, .pcmu, .pcma, .g722, .l16, .other:
            if repacketised.contains(payloadType) { return .transcode }
            if alwaysConverts, payload.format.isTranscodable, encodingIndex != nil { return .transcode }
            if let same = sent.first(where: { $0.isSameAudio(as: payload) }) {
                return .forward(same.payloadType)
            }
            return payload.format.isTranscodable && encodingIndex != nil ? .transcode : .noRoute
        }
    }
}

extension PayloadPlan {
    /// Whether a packet of one can be sent as the other. How many channels an Opus packet has it says itself (RFC 7587 section 4.1).
    fileprivate func isSameAudio(as other: PayloadPlan) -> Bool {
        format == other.format && clockRate == other.clockRate && (format != .l16 || channels == other.channels)
    }
}
