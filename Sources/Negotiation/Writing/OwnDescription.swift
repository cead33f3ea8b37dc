import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// A description that is ours from the first line to the last: toward Meta, and wherever we answer by ourselves.
///
/// Nothing that another party wrote is in it, so it is valid whatever that was; and for the same content it is the same text.
struct OwnDescription {
    /// Our end toward the listener.
    let leg: Leg
    let isOffer: Bool
    let direction: MediaDirection
    let options: MediaOptions
    let certificate: DTLSCertificate
    /// The m-lines of the offer that it answers; one for an offer.
    let sections: [OfferContext.OfferedSection]
    /// Which of them is the audio.
    let place: Int

    /// - Parameters:
    ///   - written: learns what the text said of its origin; the version grows when the rest changes (RFC 3264 section 8).
    ///   - sessionID: a number for a listener that has seen none yet.
    func text(remembering written: inout WrittenOrigin, sessionID: @autoclosure () -> UInt64) -> String {
        let username = written.username ?? "-"
        let identifier = written.sessionID ?? String(sessionID())
        var origin = SDPOrigin(username: username, sessionID: identifier, sessionVersion: "", address: SDPAddress(leg.address))
        var lines = [SDPLine("v", "0"), SDPLine("s", "-"), SDPLine("t", "0 0")]
        if let mid = leg.mid, !leg.isRejected, isBundled { lines.append(.attribute("group", "BUNDLE \(mid)")) }
        if leg.ice?.isLite == true { lines.append(.attribute("ice-lite")) }
        var description = SessionDescription(lines: lines, media: sections.indices.map(section))
        if options.text.protectsFromLoops { LoopMarker.add(to: &description, certificate: certificate) }
        AttributeEdits(rules: options.text.attributes).apply(to: &description)
        let body = description.body(of: origin)
        let last = written.version ?? 0
        origin.sessionVersion = String(body == written.body ? last : last &+ 1)
        description.lines.insert(SDPLine("o", origin.description), at: 1)
        written = WrittenOrigin(
            username: username, sessionID: identifier, sessionName: "-", version: UInt64(origin.sessionVersion), body: body, isOurs: true)
        return description.description
    }

    private var isBundled: Bool { isOffer || leg.peer?.isBundled ?? false }

    private func section(_ index: Int) -> MediaDescription {
        let offered = sections[index]
        guard index == place, !leg.isRejected else {
            // RFC 3264 section 6.
            let formats = offered.formats.isEmpty ? ["0"] : offered.formats
            var rejected = MediaDescription(kind: offered.kind, port: 0, transport: offered.transport, formats: formats)
            rejected.connection = SDPAddress(leg.address)
            if let mid = offered.mid { rejected.appendAttribute("mid", mid) }
            return rejected
        }
        var audio = MediaDescription(
            kind: "audio", port: leg.sockets.first?.advertised.port ?? 0, transport: leg.transport.rawValue,
            formats: leg.announced.map { String($0.payloadType) })
        audio.lines = [SDPLine("c", SDPAddress(leg.address).description)]
        if let mid = leg.mid { audio.appendAttribute("mid", mid) }
        audio.appendAttribute(direction.rawValue)
        leg.appendEndpoint(to: &audio.lines, isOffer: isOffer, options: options, certificate: certificate)
        for codec in leg.announced { codec.append(to: &audio.lines) }
        audio.lines += packetTime
        return audio
    }

    /// Opus is kept to its length, all that Meta sends and takes; G.711 beside it too.
    private var packetTime: [SDPLine] {
        let length = leg.profile == .whatsApp ? 20 : min(leg.wantedPacketTime ?? 20, leg.peer?.maximumPacketTime ?? .max)
        let isLimited = leg.profile == .whatsApp || leg.announced.first { $0.format.isAudio }?.format == .opus
        return [.attribute("ptime", String(length))] + (isLimited ? [.attribute("maxptime", String(length))] : [])
    }
}
