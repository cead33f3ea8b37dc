import SDP
import SRTP
public import Wire

extension PBXEndpoint {
    public func makeOffer(direction: String = "sendrecv") -> String { makeDescription(cryptoTag: 1, direction: direction) }

    /// Sending begins, unless the text cannot be used.
    public func receiveAnswer(_ text: String, at now: MonotonicInstant) { takeOver(text, at: now) }

    /// The answer to an offer of the relay, or an empty string where nothing in the offer can be used.
    public func makeAnswer(to text: String, at now: MonotonicInstant) -> String {
        guard let tag = takeOver(text, at: now) else { return "" }
        return makeDescription(cryptoTag: tag, direction: "sendrecv")
    }

    private func makeDescription(cryptoTag: Int, direction: String) -> String {
        let address = configuration.address
        let family = address.ip.family == .v4 ? "IP4" : "IP6"
        let (audio, event) = (sender.format.payloadType, sender.format.eventPayloadType)
        var lines = [
            "v=0", "o=pbx \(configuration.seed) 1 IN \(family) \(address.ip)", "s=call", "c=IN \(family) \(address.ip)", "t=0 0",
            "m=audio \(address.port) \(configuration.transport) \(audio)\(event.map { " \($0)" } ?? "")",
            "a=rtpmap:\(audio) \(sender.format.codec.name)",
        ]
        if let event { lines += ["a=rtpmap:\(event) telephone-event/8000", "a=fmtp:\(event) 0-16"] }
        if transport.isSecured, let ownKey { lines.append("a=crypto:" + SDESAttribute.format(tag: cryptoTag, key: ownKey)) }
        if let rtcp = configuration.rtcpAddress { lines.append("a=rtcp:\(rtcp.port)") } else { lines.append("a=rtcp-mux") }
        lines += ["a=ptime:\(configuration.packetTime)", "a=maxptime:150", "a=\(direction)"]
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// Takes the peer's address, key and payload types; the tag of the chosen a=crypto, or 0 without one.
    @discardableResult
    private func takeOver(_ text: String, at now: MonotonicInstant) -> Int? {
        guard let session = try? SessionDescription(parsing: text), let media = session.media.first(where: { $0.port != 0 }),
              let ip = session.connection(of: media)?.ip else { return nil }
        transport.remote = ip.isUnspecified ? nil : TransportAddress(ip: ip, port: media.port)
        transport.remoteRTCP = media.offersRTCPMux && configuration.rtcpAddress == nil
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
        let name = sender.format.codec.name.split(separator: "/")[0].lowercased()
        let maps = media.rtpMaps
        let staticType: UInt8? = media.formats.contains(String(sender.format.payloadType)) ? sender.format.payloadType : nil
        if let payloadType = maps.first(where: { $0.encodingName.lowercased() == name })?.payloadType ?? staticType {
            sender.format.payloadType = payloadType
            receiver.format.payloadType = payloadType
        }
        guard configuration.hasTelephoneEvent else { return }
        let event = maps.first { $0.encodingName == "telephone-event" && $0.clockRate == 8000 }?.payloadType
        sender.format.eventPayloadType = event
        receiver.format.eventPayloadType = event
    }
}
