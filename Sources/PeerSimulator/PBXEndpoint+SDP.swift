import SDP
import SRTP
public import Wire

extension PBXEndpoint {
    /// What a later offer changes: hold, resume, a transfer to somebody at another address, with other codecs or keys.
    public struct Reoffer: Sendable {
        /// `sendrecv`, `sendonly`, `recvonly` or `inactive`.
        public var direction = "sendrecv"
        /// With RTCP on the next port, if it had a port of its own before; `nil`: as before.
        public var address: TransportAddress?
        /// The preferred one first; empty: as before.
        public var codecs: [SimulatedCodec] = []
        /// A new `a=crypto`.
        public var renewsKey = false
        var key: SRTPKey?

        public init(
            direction: String = "sendrecv", address: TransportAddress? = nil, codecs: [SimulatedCodec] = [], renewsKey: Bool = false
        ) {
            self.direction = direction
            self.address = address
            self.codecs = codecs
            self.renewsKey = renewsKey
        }
    }

    public func makeOffer(direction: String = "sendrecv") -> String { makeDescription(cryptoTag: 1, direction: direction) }

    /// A re-INVITE. The PBX goes on as before until the answer is there.
    public func makeReoffer(_ change: Reoffer = Reoffer()) -> String {
        sdpVersion += 1
        var change = change
        if change.renewsKey { change.key = makeKey() }
        pending = change
        return makeDescription(cryptoTag: 1, direction: change.direction)
    }

    /// Sending begins, or goes on as offered, unless the text cannot be used.
    public func receiveAnswer(_ text: String, at now: MonotonicInstant) {
        if let pending { apply(pending) }
        pending = nil
        takeOver(text, at: now)
    }

    /// The answer to an offer of the relay, or an empty string where nothing in the offer can be used. With 183 and with 200 alike.
    public func makeAnswer(to text: String, at now: MonotonicInstant) -> String {
        guard let tag = takeOver(text, at: now) else { return "" }
        return makeDescription(cryptoTag: tag, direction: "sendrecv")
    }

    private func apply(_ change: Reoffer) {
        if let address = change.address {
            transport.rtcpAddress = transport.rtcpAddress == nil ? nil : address.next
            transport.address = address
        }
        if !change.codecs.isEmpty { codecs = change.codecs }
        if let key = change.key { ownKey = key }
    }

    private func makeDescription(cryptoTag: Int, direction: String) -> String {
        let address = pending?.address ?? transport.address
        let rtcp = transport.rtcpAddress.map { pending?.address?.next ?? $0 }
        let codecs = pending.flatMap { $0.codecs.isEmpty ? nil : $0.codecs } ?? codecs
        let family = address.ip.family == .v4 ? "IP4" : "IP6"
        let event = configuration.hasTelephoneEvent ? sender.format.eventPayloadType ?? 101 : nil
        let formats = codecs.map(payloadType) + (event.map { [$0] } ?? [])
        var lines = [
            "v=0", "o=pbx \(configuration.seed) \(sdpVersion) IN \(family) \(address.ip)", "s=call", "c=IN \(family) \(address.ip)",
            "t=0 0", "m=audio \(address.port) \(configuration.transport) \(formats.map { String($0) }.joined(separator: " "))",
        ]
        lines += codecs.map { "a=rtpmap:\(payloadType($0)) \($0.name)" }
        if let event { lines += ["a=rtpmap:\(event) telephone-event/8000", "a=fmtp:\(event) 0-16"] }
        if transport.isSecured, let key = pending?.key ?? ownKey {
            lines.append("a=crypto:" + SDESAttribute.format(tag: cryptoTag, key: key))
        }
        if let rtcp { lines.append("a=rtcp:\(rtcp.port)") } else { lines.append("a=rtcp-mux") }
        lines += ["a=ptime:\(configuration.packetTime)", "a=maxptime:150", "a=\(direction)"]
        return lines.map { $0 + "\r\n" }.joined()
    }

    private func payloadType(_ codec: SimulatedCodec) -> UInt8 {
        codec == sender.format.codec ? sender.format.payloadType : codec.usualPayloadType
    }

    /// Takes the peer's address, key and payload types; the tag of the chosen a=crypto, or 0 without one.
    @discardableResult
    private func takeOver(_ text: String, at now: MonotonicInstant) -> Int? {
        guard let session = try? SessionDescription(parsing: text), let media = session.media.first(where: { $0.port != 0 }),
              let ip = session.connection(of: media)?.ip else { return nil }
        transport.remote = ip.isUnspecified ? nil : TransportAddress(ip: ip, port: media.port)
        transport.remoteRTCP = media.offersRTCPMux && transport.rtcpAddress == nil
            ? nil : TransportAddress(ip: ip, port: media.rtcp?.port ?? media.port &+ 1)
        takeFormats(media)
        guard transport.isSecured else {
            noteSDP(at: now)
            return 0
        }
        let offered = media.attributes("crypto").compactMap { SDESAttribute(parsing: Substring($0)) }
        guard let ownKey, let chosen = offered.first(where: { $0.suite == ownKey.suite }) else { return nil }
        transport.setKeys(local: ownKey, remote: chosen.key)
        noteSDP(at: now)
        return chosen.tag
    }

    private func takeFormats(_ media: MediaDescription) {
        var (format, heard) = (sender.format, receiver.format)
        if let (payloadType, codec) = chosenCodec(media) {
            (format.payloadType, format.codec) = (payloadType, codec)
            (heard.payloadType, heard.codec) = (payloadType, codec)
        }
        if configuration.hasTelephoneEvent {
            let event = media.rtpMaps.first { $0.encodingName == "telephone-event" && $0.clockRate == 8000 }?.payloadType
            (format.eventPayloadType, heard.eventPayloadType) = (event, event)
        }
        (sender.format, receiver.format) = (format, heard)
    }

    /// The first format of the m-line that the PBX has.
    private func chosenCodec(_ media: MediaDescription) -> (UInt8, SimulatedCodec)? {
        let maps = media.rtpMaps
        for payloadType in media.formats.compactMap({ UInt8($0) }) {
            let name = maps.first { $0.payloadType == payloadType }?.encodingName.lowercased()
            let codec = codecs.first { codec in
                name.map { codec.name.lowercased().hasPrefix($0 + "/") } ?? (payloadType < 96 && payloadType == codec.usualPayloadType)
            }
            if let codec { return (payloadType, codec) }
        }
        return nil
    }
}

extension TransportAddress {
    /// The next port of the same host, where RTCP has no port of its own choosing (RFC 3550 section 11).
    var next: TransportAddress { TransportAddress(ip: ip, port: port &+ 1) }
}
