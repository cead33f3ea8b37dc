import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// Makes the description for one party out of the other party's: the text stays, the media ends become ours.
///
/// Every line that describes how to reach, secure or identify the speaker's media is taken out and written
/// anew for our end (`OwnedAttributes`); every other line passes verbatim and in place.
struct SDPRewriter {
    /// The speaker's description; its m-lines become `sections`.
    private var description: SessionDescription
    /// Our end toward the listener, of the m-line that the lines of the session go by.
    private let leg: Leg
    private let isOffer: Bool
    private let options: MediaOptions
    private let certificate: DTLSCertificate
    /// What the speaker's m-line said; its hold goes on to the listener.
    private let speaker: PeerMedia
    /// Some m-line's packets pass as they are, and with them what describes them.
    private var passesPackets = false
    /// The finished m-lines so far.
    private var sections: [MediaDescription] = []
    /// Our own.
    private let address: SDPAddress

    init(
        description: SessionDescription, leg: Leg, speaker: PeerMedia, isOffer: Bool, options: MediaOptions, certificate: DTLSCertificate
    ) {
        self.description = description
        self.leg = leg
        self.isOffer = isOffer
        self.options = options
        self.certificate = certificate
        self.speaker = speaker
        address = SDPAddress(leg.address)
        sections.reserveCapacity(description.media.count)
    }

    /// An m-line with our end in the place of the speaker's.
    mutating func append(_ media: MediaDescription, leg: Leg, speaker: PeerMedia, passesThrough: Bool) {
        let rewriter = SectionRewriter(
            leg: leg, isOffer: isOffer, options: options, certificate: certificate, speaker: speaker, passesThrough: passesThrough)
        passesPackets = passesPackets || leg.relay == .packets
        var section = rewriter.rewrite(media)
        let connection = rewriter.connection
        // The session's says another address, or none.
        if section.connection == nil, description.connection == nil || connection != self.connection { section.connection = connection }
        sections.append(section)
    }

    /// An m-line whose ends go on talking with each other.
    mutating func passOn(_ media: MediaDescription) {
        var section = media
        section.connection = media.connection ?? description.connection
        sections.append(section)
    }

    /// Port 0, and nothing but the line's place and identification.
    /// - Parameter media: the speaker's m-line, if it has it.
    mutating func reject(_ media: MediaDescription?, _ model: OfferContext.OfferedSection) {
        let formats = media.flatMap { $0.formats.isEmpty ? nil : $0.formats } ?? model.formats
        var section = MediaDescription(kind: model.kind, port: 0, transport: model.transport, formats: formats)
        if media?.connection != nil || description.connection == nil { section.connection = address }
        if let mid = model.mid { section.appendAttribute("mid", mid) }
        sections.append(section)
    }

    /// The finished text; `written` learns what it said of its origin.
    mutating func text(remembering written: inout WrittenOrigin) -> String {
        rewriteSession()
        description.media = sections
        if options.text.protectsFromLoops { LoopMarker.add(to: &description, certificate: certificate) }
        AttributeEdits(rules: options.text.attributes).apply(to: &description)
        OriginWriter(options: options.replace, address: address).apply(to: &description, remembering: &written)
        return description.description
    }

    private mutating func rewriteSession() {
        let hasConnection = description.lines.contains { $0.type == "c" }
        description.lines.removeAll { line in
            // Each m-line says its direction for itself.
            OwnedAttributes.ownsSession(line, passesPackets: passesPackets) || (line.direction != nil && !options.originalDirection)
        }
        if hasConnection { description.connection = connection }
        if let mid = leg.mid, !leg.isRejected, isBundled { description.appendAttribute("group", "BUNDLE \(mid)") }
        if leg.ice?.isLite == true { description.appendAttribute("ice-lite") }
    }

    /// In answers as the offer had it, unless that was rejected; in offers toward a WebRTC peer always, as Meta's own
    /// samples and browsers with `max-bundle` expect it even of a single m-line (RFC 9143 section 7.1).
    ///
    /// One m-line only: each of ours has a transport of its own.
    private var isBundled: Bool {
        guard isOffer else { return leg.peer?.isBundled ?? false }
        return leg.keying.isDTLS || options.offersBundle || speaker.isBundled && leg.ice != nil
    }

    private var connection: SDPAddress { leg.connection(standingFor: speaker, options: options) }
}

/// Makes one m-line for a party out of the other party's.
struct SectionRewriter {
    /// Our end toward the listener.
    let leg: Leg
    let isOffer: Bool
    let options: MediaOptions
    let certificate: DTLSCertificate
    /// What the speaker's m-line said.
    let speaker: PeerMedia
    /// The speaker's audio passes through unchanged, so that its packet lengths do too.
    let passesThrough: Bool

    var connection: SDPAddress { leg.connection(standingFor: speaker, options: options) }

    func rewrite(_ media: MediaDescription) -> MediaDescription {
        var section = media
        section.port = leg.sockets.first?.advertised.port ?? 0
        section.portCount = nil
        switch leg.relay {
        case .audio:
            section.transport = leg.transport.rawValue
            section.formats = leg.announced.map { String($0.payloadType) }
            section.lines = lines(of: media)
        case .packets:
            section.transport = leg.transport.rawValue
            section.formats = media.formats.filter { !isLeftOut($0) }
            section.lines = packetLines(of: media)
        case .datagrams:
            section.lines = datagramLines(of: media)
        }
        return section
    }
}

extension Leg {
    /// 0.0.0.0 means hold to old peers and goes on as such, unless `zero-address` replaces it or the listener goes by ICE.
    func connection(standingFor speaker: PeerMedia, options: MediaOptions) -> SDPAddress {
        guard speaker.isHeldByAddress, ice == nil, !options.replace.contains(.zeroAddress) else { return SDPAddress(address) }
        return SDPAddress(family == .v4 ? IPAddress(v4: 0) : IPAddress(v6High: 0, low: 0))
    }
}
