import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// A description of ours with any number of m-lines: for subscribers, publishers, and parties that nobody has called yet.
struct ComposedDescription {
    /// Our ends toward the listener, in the order of the m-lines.
    let lines: [Line]
    let isOffer: Bool
    let options: MediaOptions
    let certificate: DTLSCertificate

    struct Line {
        var leg: Leg
        var direction: MediaDirection
        /// `a=label` (RFC 4574).
        var label: String?
        /// The m-line of an offer that this one answers.
        var model: OfferContext.OfferedSection?
    }

    /// - Parameters:
    ///   - written: learns what the text said of its origin; the version grows when the rest changes (RFC 3264 section 8).
    ///   - sessionID: a number for a listener that has seen none yet.
    func text(remembering written: inout WrittenOrigin, sessionID: @autoclosure () -> UInt64) -> String {
        let main = lines.first { !$0.leg.isRejected } ?? lines.first
        let identifier = written.sessionID ?? String(sessionID())
        var origin = SDPOrigin(
            username: written.username ?? "-", sessionID: identifier, sessionVersion: "", address: SDPAddress(address))
        var head = [SDPLine("v", "0"), SDPLine("s", "-"), SDPLine("t", "0 0")]
        if let mid = main?.leg.mid, isBundled { head.append(.attribute("group", "BUNDLE \(mid)")) }
        if main?.leg.ice?.isLite == true { head.append(.attribute("ice-lite")) }
        var description = SessionDescription(lines: head, media: lines.map(section))
        if options.text.protectsFromLoops { LoopMarker.add(to: &description, certificate: certificate) }
        AttributeEdits(rules: options.text.attributes).apply(to: &description)
        let body = description.body(of: origin)
        let last = written.version ?? 0
        origin.sessionVersion = String(body == written.body ? last : last &+ 1)
        description.lines.insert(SDPLine("o", origin.description), at: 1)
        written = WrittenOrigin(
            username: origin.username, sessionID: identifier, sessionName: "-", version: UInt64(origin.sessionVersion), body: body,
            isOurs: true)
        return description.description
    }

    private var address: IPAddress { (lines.first { !$0.leg.isRejected } ?? lines.first)?.leg.address ?? IPAddress(v4: 0) }

    /// One m-line alone: each of ours has a transport of its own.
    private var isBundled: Bool {
        let active = lines.filter { !$0.leg.isRejected }
        guard active.count == 1, let leg = active.first?.leg else { return false }
        guard isOffer else { return leg.peer?.isBundled ?? false }
        return leg.keying.isDTLS || options.offersBundle
    }

    private func section(_ line: Line) -> MediaDescription {
        let leg = line.leg
        guard !leg.isRejected else { return rejected(line) }
        var media = MediaDescription(
            kind: leg.kind, port: leg.sockets.first?.advertised.port ?? 0, transport: leg.transport.rawValue,
            formats: leg.announced.map { String($0.payloadType) })
        media.lines = [SDPLine("c", SDPAddress(leg.address).description)]
        if let mid = leg.mid { media.appendAttribute("mid", mid) }
        if let label = line.label { media.appendAttribute("label", label) }
        for codec in leg.announced { codec.append(to: &media.lines) }
        media.appendAttribute(line.direction.rawValue)
        media.lines += packetTime(of: leg)
        leg.appendEndpoint(to: &media.lines, isOffer: isOffer, options: options, certificate: certificate)
        return media
    }

    /// RFC 3264 section 6.
    private func rejected(_ line: Line) -> MediaDescription {
        let formats = line.model?.formats ?? line.leg.announced.map { String($0.payloadType) }
        var media = MediaDescription(
            kind: line.model?.kind ?? line.leg.kind, port: 0, transport: line.model?.transport ?? line.leg.transport.rawValue,
            formats: formats.isEmpty ? ["0"] : formats)
        media.connection = SDPAddress(address)
        if let mid = line.model?.mid ?? line.leg.mid { media.appendAttribute("mid", mid) }
        return media
    }

    private func packetTime(of leg: Leg) -> [SDPLine] {
        guard leg.relay == .audio else { return [] }
        if leg.profile == .whatsApp { return [.attribute("ptime", "20"), .attribute("maxptime", "20")] }
        return leg.wantedPacketTime.map { [.attribute("ptime", String($0))] } ?? []
    }
}
