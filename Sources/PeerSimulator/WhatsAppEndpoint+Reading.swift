import ICE
import SDP
import SRTP
import Wire

// Our session descriptions: what Meta takes from them.

extension WhatsAppEndpoint {
    func takeAnswer(_ text: String, at now: MonotonicInstant) {
        guard let (session, media) = readDescription(text, isAnswer: true) else { return }
        // Meta is the DTLS server when the business answers active, as it is advised to.
        takeOver(session, media, isDTLSClient: session.attribute("setup", of: media) == "passive", at: now)
    }

    /// - Returns: the m-line's identification tag, or `nil` for an offer that is refused.
    func takeOffer(_ text: String, at now: MonotonicInstant) -> String? {
        guard let (session, media) = readDescription(text, isAnswer: false) else { return nil }
        takeOver(session, media, isDTLSClient: true, at: now)
        return isEnded ? nil : media.mid ?? "0"
    }

    private func readDescription(_ text: String, isAnswer: Bool) -> (SessionDescription, MediaDescription)? {
        if text.contains("\n"), text.replacing("\r\n", with: "").contains("\n") { report(.carriageReturns, "a bare line feed") }
        guard let session = try? SessionDescription(parsing: text) else {
            refuse(.oneAudioSection, "the description can't be read")
            return nil
        }
        let active = session.media.filter { $0.port != 0 }
        guard active.count == 1, let media = active.first, media.kind == "audio" else {
            refuse(.oneAudioSection, "\(active.count) active sections")
            return nil
        }
        check(session, media, isAnswer: isAnswer)
        return isEnded ? nil : (session, media)
    }

    private func takeOver(_ session: SessionDescription, _ media: MediaDescription, isDTLSClient: Bool, at now: MonotonicInstant) {
        takeFormats(media)
        switch configuration.keying {
        case .dtls: takeDTLS(session, media, isClient: isDTLSClient, at: now)
        case .sdes: takeSDES(session, media)
        }
        noteProgress(at: now)
    }

    private func takeFormats(_ media: MediaDescription) {
        let event = media.rtpMaps.first { $0.encodingName == "telephone-event" && $0.clockRate == 8000 }?.payloadType
        for (payloadType, codec) in usableCodecs(media).prefix(1) {
            sender.format = .init(payloadType: payloadType, codec: codec, eventPayloadType: event)
            receiver.format = .init(payloadType: payloadType, codec: codec, eventPayloadType: event)
        }
    }

    /// What the number can speak of the formats of an m-line, in its order.
    func usableCodecs(_ media: MediaDescription) -> [(payloadType: UInt8, codec: SimulatedCodec)] {
        let maps = media.rtpMaps
        return media.formats.compactMap { UInt8($0) }.compactMap { payloadType in
            let map = maps.first { $0.payloadType == payloadType }
            switch map?.encodingName.lowercased() {
            case "opus" where map?.clockRate == 48000 && map?.channels == 2: return (payloadType, .opus)
            case "pcmu" where configuration.offersG711, nil where configuration.offersG711 && payloadType == 0:
                return (payloadType, .pcmu)
            case "pcma" where configuration.offersG711, nil where configuration.offersG711 && payloadType == 8:
                return (payloadType, .pcma)
            default: return nil
            }
        }
    }

    private func takeDTLS(_ session: SessionDescription, _ media: MediaDescription, isClient: Bool, at now: MonotonicInstant) {
        guard let ufrag = session.attribute("ice-ufrag", of: media), let password = session.attribute("ice-pwd", of: media),
              !session.isICELite(media) else { return refuse(.fullICE, "no ICE, or lite") }
        guard let fingerprint = session.attribute("fingerprint", of: media).flatMap({ DTLSFingerprint(parsing: Substring($0)) }) else {
            return refuse(.fingerprint, "a=fingerprint is missing")
        }
        transport.ice?.setRemote(
            credentials: ICECredentials(ufrag: ufrag, password: password), candidates: [], isLite: false, at: now)
        if transport.dtls == nil {
            transport.dtls = try? DTLSEndpoint(
                certificate: configuration.certificate, isClient: isClient, remoteFingerprint: fingerprint,
                retransmission: configuration.retransmission)
        }
        transport.pumpICE(at: now)
        transport.startDTLS(at: now)
    }

    private func takeSDES(_ session: SessionDescription, _ media: MediaDescription) {
        guard let ownKey, let line = media.attributes("crypto").first(where: { $0.hasPrefix("1 ") }) ?? media.attributes("crypto").first,
              let attribute = SDESAttribute(parsing: Substring(line)), attribute.suite == ownKey.suite else {
            return refuse(.sdesAnswer, "no usable a=crypto")
        }
        guard let ip = session.connection(of: media)?.ip else { return refuse(.sdesAnswer, "no address") }
        transport.setKeys(local: ownKey, remote: attribute.key)
        transport.remote = TransportAddress(ip: ip, port: media.port)
    }
}
