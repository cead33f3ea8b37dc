import SDP
import Wire

// Our session descriptions: what is wrong with them. Meta refuses those that make no call; the rest is reported.

extension WhatsAppEndpoint {
    func check(_ session: SessionDescription, _ media: MediaDescription, isAnswer: Bool) {
        checkCodecs(media, isAnswer: isAnswer)
        checkTracks(media)
        checkTransport(session, media, isAnswer: isAnswer)
        if isAnswer, session.bundledMIDs != ["audio"] || media.mid != "audio" {
            report(.bundled, "a=group:BUNDLE \(session.bundledMIDs)")
        }
    }

    private func checkCodecs(_ media: MediaDescription, isAnswer: Bool) {
        let usable = usableCodecs(media)
        guard let first = usable.first else { return refuse(.opus, "no opus/48000/2\(configuration.offersG711 ? " or G.711" : "")") }
        let maps = media.rtpMaps
        let audio = maps.filter { !["telephone-event", "CN"].contains($0.encodingName) }
        let isForeign = audio.contains { map in !usable.contains { $0.payloadType == map.payloadType } }
        let isMoved = first.codec == .opus && first.payloadType != sender.format.payloadType
        if isAnswer, isForeign || isMoved || (!configuration.offersG711 && audio.count != 1) {
            report(.opus, "audio codecs in the answer: \(audio.map(\.description))")
        }
        for time in [media.packetTime, media.maximumPacketTime] {
            if let time, time != 20 { report(.packetTime20, "\(time) ms") }
        }
        let events = maps.filter { $0.encodingName == "telephone-event" }
        if !events.isEmpty, !events.contains(where: { $0.clockRate == 8000 }) { report(.telephoneEvent8000, "\(events)") }
    }

    private func checkTracks(_ media: MediaDescription) {
        let ssrcs = Set(media.attributes("ssrc").compactMap { $0.split(separator: " ").first })
        if ssrcs.count != 1 { report(.oneAnnouncedSSRC, "\(ssrcs.count)") }
        if ssrcs.contains(Substring(String(sender.ssrc))) { report(.noTrackOfOurs, "our own SSRC") }
        if media.attributes("msid").contains(where: { $0.contains("WhatsAppTrack1") }) { report(.noTrackOfOurs, "our own a=msid") }
    }

    /// An answer without a=rtcp-mux is known to pass on SDES numbers.
    private func checkTransport(_ session: SessionDescription, _ media: MediaDescription, isAnswer: Bool) {
        let setup = session.attribute("setup", of: media)
        switch configuration.keying {
        case .dtls:
            if !media.offersRTCPMux { refuse(.rtcpMux, "a=rtcp-mux is missing") }
            if isAnswer, setup != "active", setup != "passive" { refuse(.setupRole, "a=setup:\(setup ?? "(none)") in an answer") }
            if !isAnswer, setup != "actpass" { report(.setupRole, "a=setup:\(setup ?? "(none)") in an offer") }
        case .sdes:
            if !media.offersRTCPMux { report(.rtcpMux, "a=rtcp-mux is missing") }
            guard isAnswer else { return }
            let crypto = media.attributes("crypto")
            if crypto.count != 1 || media.transport != "RTP/SAVP" { report(.sdesAnswer, "\(media.transport), \(crypto.count) a=crypto") }
            if session.attribute("ice-ufrag", of: media) != nil || session.attribute("fingerprint", of: media) != nil {
                report(.sdesAnswer, "ICE or DTLS on an SDES number")
            }
        }
    }
}
