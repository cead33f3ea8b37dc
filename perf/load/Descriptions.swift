import RTP
import SDP
import SRTP
import Wire
import ICE

/// What a leg says of itself in an offer or an answer.
struct OwnDescription {
    let leg: MediaLeg
    let security: Security
    let ip: String
    let port: UInt16
    /// In an answer: the payload types and the crypto line of the offer.
    var accepted: RemoteDescription?
    var credentials: ICECredentials?
    var fingerprint: DTLSFingerprint?

    /// Meta's own.
    private static let formatParameters =
        "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1"

    var text: String {
        let audio = accepted?.payloadType ?? leg.codec.payloadType
        let events = accepted.map(\.eventPayloadType) ?? leg.codec.eventPayloadType
        var lines = ["v=0", "o=- \(1_000_000 + leg.number) 2 IN IP4 \(ip)", "s=-", "t=0 0"]
        if security == .dtls { lines.append("a=group:BUNDLE audio") }
        lines += ["m=audio \(port) \(security.transport) \(audio)\(events.map { " \($0)" } ?? "")", "c=IN IP4 \(ip)"]
        switch security {
        case .none: break
        case .sdes:
            lines.append("a=rtcp-mux")
            if let key = leg.ownKey { lines.append("a=crypto:" + SDESAttribute.format(tag: accepted?.cryptoTag ?? 1, key: key)) }
        case .dtls: lines += transportLines
        }
        lines += ["a=sendrecv", "a=rtpmap:\(audio) \(leg.codec.encoding)"]
        if leg.codec == .opus { lines.append("a=fmtp:\(audio) \(Self.formatParameters)") }
        if let events { lines.append("a=rtpmap:\(events) telephone-event/8000") }
        lines += ["a=maxptime:20", "a=ptime:20", "a=ssrc:\(leg.ssrc) cname:load"]
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private var transportLines: [String] {
        guard let credentials, let fingerprint else { return [] }
        return [
            "a=ice-lite", "a=rtcp-mux", "a=mid:audio", "a=candidate:1 1 udp 2113937151 \(ip) \(port) typ host generation 0",
            "a=ice-ufrag:\(credentials.ufrag)", "a=ice-pwd:\(credentials.password)",
            "a=fingerprint:\(fingerprint)", "a=setup:\(accepted == nil ? "actpass" : "active")",
        ]
    }
}

/// What the daemon said of itself.
struct RemoteDescription {
    var address: UInt32 = 0
    var port: UInt16 = 0
    var rtcpPort: UInt16 = 0
    var payloadType: UInt8 = 0
    var eventPayloadType: UInt8?
    var crypto: SDESAttribute?
    var credentials: ICECredentials?
    var fingerprint: DTLSFingerprint?
    /// `a=setup`.
    var setup: String?

    var cryptoTag: Int { crypto?.tag ?? 1 }

    /// - Parameter passedKey: the other end's. A daemon that hands it on need not touch the packets, so another one is taken: as
    ///   much work, under the suite with the short tag if need be.
    /// - Returns: `nil` unless there is an audio section with an IPv4 address and the codec.
    init?(_ text: String, codec: AudioCodec, avoiding passedKey: SRTPKey? = nil) {
        guard let session = try? SessionDescription(parsing: text),
              let media = session.media.first(where: { $0.kind == "audio" && $0.port > 0 }),
              let ip = session.connection(of: media)?.ip, ip.family == .v4 else { return nil }
        address = UInt32(truncatingIfNeeded: ip.low)
        port = media.port
        rtcpPort = media.offersRTCPMux ? media.port : media.rtcp?.port ?? media.port &+ 1
        let maps = media.rtpMaps
        guard let audio = maps.first(where: { $0.encodingName.lowercased() == codec.name.lowercased() })?.payloadType
            ?? (codec == .pcmu && media.formats.contains("0") ? 0 : nil) else { return nil }
        payloadType = audio
        eventPayloadType = maps.first { $0.encodingName == "telephone-event" && $0.clockRate == 8000 }?.payloadType
        let lines = media.attributes("crypto").compactMap { SDESAttribute(parsing: $0[...]) }.filter { $0.key != passedKey }
        crypto = lines.first { $0.suite == .aesCM128HMACSHA1_80 } ?? lines.first { $0.suite == .aesCM128HMACSHA1_32 }
        if let ufrag = session.attribute("ice-ufrag", of: media), let password = session.attribute("ice-pwd", of: media) {
            credentials = ICECredentials(ufrag: ufrag, password: password)
        }
        fingerprint = session.attribute("fingerprint", of: media).flatMap { DTLSFingerprint(parsing: $0[...]) }
        setup = session.attribute("setup", of: media)
    }
}
