import ICE
import SDP
import SRTP
import Wire

// Meta's session descriptions.

extension WhatsAppEndpoint {
    func makeDescription(setup: String, mid: String, isOffer: Bool) -> String {
        let address = configuration.address
        let family = address.ip.family == .v4 ? "IP4" : "IP6"
        let isDTLS = configuration.keying == .dtls
        let event = sender.format.eventPayloadType ?? 126
        let codecs = isOffer && configuration.offersG711 ? G711.offered : [(sender.format.payloadType, sender.format.codec)]
        let formats = codecs.map { String($0.0) } + [String(event)]
        var lines = [
            "v=0", "o=- 7602563789789945080 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE \(mid)",
            "a=msid-semantic: WMS 632a909f-1060-4369-96a4-7bd03e291ee7",
        ]
        if isDTLS { lines.append("a=ice-lite") }
        lines += [
            "m=audio \(address.port) \(isDTLS ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP") \(formats.joined(separator: " "))",
            "c=IN \(family) \(address.ip)", "a=rtcp:9 IN IP4 0.0.0.0",
        ]
        lines += isDTLS ? dtlsLines(setup: setup) : [sdesLine]
        lines += ["a=mid:\(mid)", "a=sendrecv", "a=msid:632a909f-1060-4369-96a4-7bd03e291ee7 WhatsAppTrack1", "a=rtcp-mux"]
        for (payloadType, codec) in codecs { lines += codecLines(payloadType, codec) }
        lines += [
            "a=rtpmap:\(event) telephone-event/8000", "a=maxptime:20", "a=ptime:20",
            "a=ssrc:\(sender.ssrc) cname:WhatsAppAudioStream1",
        ]
        return lines.map { $0 + "\r\n" }.joined()
    }

    /// What a number offers that has G.711.
    private enum G711 {
        static let offered: [(UInt8, SimulatedCodec)] = [(111, .opus), (0, .pcmu), (8, .pcma)]
    }

    private func codecLines(_ payloadType: UInt8, _ codec: SimulatedCodec) -> [String] {
        let map = "a=rtpmap:\(payloadType) \(codec.name)"
        guard codec == .opus else { return [map] }
        return [
            map, "a=rtcp-fb:\(payloadType) transport-cc",
            "a=fmtp:\(payloadType) maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1",
        ]
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
}
