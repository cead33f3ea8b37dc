import ICE
import SDP
import SRTP
public import Wire

// Meta's session descriptions, and what is wrong with ours.

extension WhatsAppEndpoint {
    /// A user calls: Meta's offer.
    public func makeOffer() -> String { makeDescription(setup: "actpass", mid: "audio") }

    /// A user calls: the business's answer came.
    public func receiveAnswer(_ text: String, at now: MonotonicInstant) {
        noteSDP(at: now)
        guard let (session, media) = readDescription(text, isAnswer: true) else { return }
        checkAnswer(session, media)
        // Meta is the DTLS server when the business answers active, as it is advised to.
        takeOver(session, media, isDTLSClient: session.attribute("setup", of: media) == "passive", at: now)
    }

    /// A business calls: Meta's answer to its offer.
    public func makeAnswer(to text: String, at now: MonotonicInstant) -> String {
        noteSDP(at: now)
        guard let (session, media) = readDescription(text, isAnswer: false) else { return "" }
        if configuration.keying == .dtls, session.attribute("setup", of: media) != "actpass" {
            report(.setupRole, "a=setup:\(session.attribute("setup", of: media) ?? "(none)") in an offer")
        }
        takeOver(session, media, isDTLSClient: true, at: now)
        return makeDescription(setup: "active", mid: media.mid ?? "0")
    }

    private func makeDescription(setup: String, mid: String) -> String {
        let address = configuration.address
        let family = address.ip.family == .v4 ? "IP4" : "IP6"
        let isDTLS = configuration.keying == .dtls
        let (opus, event) = (sender.format.payloadType, sender.format.eventPayloadType ?? 126)
        var lines = [
            "v=0", "o=- 7602563789789945080 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE \(mid)",
            "a=msid-semantic: WMS 632a909f-1060-4369-96a4-7bd03e291ee7",
        ]
        if isDTLS { lines.append("a=ice-lite") }
        lines += [
            "m=audio \(address.port) \(isDTLS ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP") \(opus) \(event)",
            "c=IN \(family) \(address.ip)", "a=rtcp:9 IN IP4 0.0.0.0",
        ]
        lines += isDTLS ? dtlsLines(setup: setup) : [sdesLine]
        lines += [
            "a=mid:\(mid)", "a=sendrecv", "a=msid:632a909f-1060-4369-96a4-7bd03e291ee7 WhatsAppTrack1", "a=rtcp-mux",
            "a=rtpmap:\(opus) opus/48000/2", "a=rtcp-fb:\(opus) transport-cc",
            "a=fmtp:\(opus) maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1",
            "a=rtpmap:\(event) telephone-event/8000", "a=maxptime:20", "a=ptime:20",
            "a=ssrc:\(sender.ssrc) cname:WhatsAppAudioStream1",
        ]
        return lines.map { $0 + "\r\n" }.joined()
    }

    private func dtlsLines(setup: String) -> [String] {
        let address = configuration.address
        return [
            "a=candidate:1775469887 1 udp 2113937151 \(address.ip) \(address.port) typ host generation 0 network-cost 50",
            "a=ice-ufrag:\(credentials.ufrag)", "a=ice-pwd:\(credentials.password)",
            "a=fingerprint:\(configuration.certificate.fingerprint(.sha256))", "a=setup:\(setup)",
        ]
    }

    private var sdesLine: String { ownKey.map { "a=crypto:" + SDESAttribute.format(tag: 1, key: $0) } ?? "" }

    // MARK: - Ours

    private func readDescription(_ text: String, isAnswer: Bool) -> (SessionDescription, MediaDescription)? {
        if text.contains("\n"), text.replacing("\r\n", with: "").contains("\n") { report(.carriageReturns, "a bare line feed") }
        guard let session = try? SessionDescription(parsing: text) else {
            report(.oneAudioSection, "the SDP can't be read")
            return nil
        }
        let active = session.media.filter { $0.port != 0 }
        guard active.count == 1, let media = active.first, media.kind == "audio" else {
            report(.oneAudioSection, "\(active.count) active sections")
            return nil
        }
        checkCommon(session, media, isAnswer: isAnswer)
        return (session, media)
    }

    private func checkCommon(_ session: SessionDescription, _ media: MediaDescription, isAnswer: Bool) {
        let maps = media.rtpMaps
        if !media.offersRTCPMux { report(.rtcpMux, "a=rtcp-mux is missing") }
        guard let opus = maps.first(where: { $0.encodingName.lowercased() == "opus" }), opus.clockRate == 48000, opus.channels == 2 else {
            return report(.opus, "no opus/48000/2")
        }
        let audio = maps.filter { !["telephone-event", "CN"].contains($0.encodingName) }
        if isAnswer, audio.count != 1 || opus.payloadType != sender.format.payloadType {
            report(.opus, "audio codecs in the answer: \(audio.map(\.description))")
        }
        for time in [media.packetTime, media.maximumPacketTime] {
            if let time, time != 20 { report(.packetTime20, "\(time) ms") }
        }
        let events = maps.filter { $0.encodingName == "telephone-event" }
        if !events.isEmpty, !events.contains(where: { $0.clockRate == 8000 }) { report(.telephoneEvent8000, "\(events)") }
        let ssrcs = Set(media.attributes("ssrc").compactMap { $0.split(separator: " ").first })
        if ssrcs.count != 1 { report(.oneAnnouncedSSRC, "\(ssrcs.count)") }
        if ssrcs.contains(Substring(String(sender.ssrc))) { report(.noTrackOfOurs, "our own SSRC") }
        if media.attributes("msid").contains(where: { $0.contains("WhatsAppTrack1") }) { report(.noTrackOfOurs, "our own a=msid") }
    }

    private func checkAnswer(_ session: SessionDescription, _ media: MediaDescription) {
        if session.bundledMIDs != ["audio"] || media.mid != "audio" { report(.bundled, "a=group:BUNDLE \(session.bundledMIDs)") }
        switch configuration.keying {
        case .dtls:
            let setup = session.attribute("setup", of: media)
            if setup != "active" && setup != "passive" { report(.setupRole, "a=setup:\(setup ?? "(none)")") }
        case .sdes:
            let crypto = media.attributes("crypto")
            if crypto.count != 1 || media.transport != "RTP/SAVP" { report(.sdesAnswer, "\(media.transport), \(crypto.count) a=crypto") }
            if session.attribute("ice-ufrag", of: media) != nil || session.attribute("fingerprint", of: media) != nil {
                report(.sdesAnswer, "ICE or DTLS on an SDES number")
            }
        }
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
        let maps = media.rtpMaps
        if let opus = maps.first(where: { $0.encodingName.lowercased() == "opus" }) {
            sender.format.payloadType = opus.payloadType
            receiver.format.payloadType = opus.payloadType
        }
        let event = maps.first { $0.encodingName == "telephone-event" && $0.clockRate == 8000 }
        sender.format.eventPayloadType = event?.payloadType
        receiver.format.eventPayloadType = event?.payloadType
    }

    private func takeDTLS(_ session: SessionDescription, _ media: MediaDescription, isClient: Bool, at now: MonotonicInstant) {
        guard let ufrag = session.attribute("ice-ufrag", of: media), let password = session.attribute("ice-pwd", of: media),
              !session.isICELite(media) else { return report(.fullICE, "no ICE, or lite") }
        guard let fingerprint = session.attribute("fingerprint", of: media).flatMap({ DTLSFingerprint(parsing: Substring($0)) }) else {
            return report(.fingerprint, "a=fingerprint is missing")
        }
        transport.ice?.setRemote(
            credentials: ICECredentials(ufrag: ufrag, password: password), candidates: [], isLite: false, at: now)
        if transport.dtls == nil {
            transport.dtls = try? DTLSEndpoint(
                certificate: configuration.certificate, isClient: isClient, remoteFingerprint: fingerprint)
        }
        transport.pumpICE(at: now)
        if transport.remote != nil { transport.startDTLS(at: now) }
    }

    private func takeSDES(_ session: SessionDescription, _ media: MediaDescription) {
        guard let ownKey, let line = media.attributes("crypto").first(where: { $0.hasPrefix("1 ") }) ?? media.attributes("crypto").first,
              let attribute = SDESAttribute(parsing: Substring(line)), attribute.suite == ownKey.suite else {
            return report(.sdesAnswer, "no usable a=crypto")
        }
        transport.setKeys(local: ownKey, remote: attribute.key)
        guard let ip = session.connection(of: media)?.ip else { return }
        transport.remote = TransportAddress(ip: ip, port: media.port)
    }
}
