import MediaCore
import NGProtocol
import SDP
import SRTP
import Wire

/// Makes the description for one party out of the other party's: the text stays, the media end becomes ours.
///
/// Every line that describes how to reach, secure or identify the speaker's media is taken out and written
/// anew for our end (`OwnedAttributes`); every other line passes verbatim and in place.
struct SDPRewriter {
    /// The speaker's description.
    var description: SessionDescription
    /// Which m-line is the call's audio.
    let place: Int
    /// Our end toward the listener.
    let leg: Leg
    let isOffer: Bool
    let options: MediaOptions
    let certificate: DTLSCertificate
    /// What the speaker's m-line said; its hold goes on to the listener.
    let speaker: PeerMedia
    /// The speaker's audio passes through unchanged, so that its packet lengths do too.
    let passesThrough: Bool
    /// The m-lines of the offer, which an answer must repeat one by one.
    let sections: [OfferContext.OfferedSection]

    /// Our own.
    private let address: SDPAddress

    init(
        description: SessionDescription, place: Int, leg: Leg, isOffer: Bool, options: MediaOptions, certificate: DTLSCertificate,
        speaker: PeerMedia, passesThrough: Bool, sections: [OfferContext.OfferedSection]
    ) {
        self.description = description
        self.place = place
        self.leg = leg
        self.isOffer = isOffer
        self.options = options
        self.certificate = certificate
        self.speaker = speaker
        self.passesThrough = passesThrough
        self.sections = sections
        address = SDPAddress(leg.address)
    }

    /// The finished text; `written` learns what it said of its origin.
    mutating func text(remembering written: inout WrittenOrigin) -> String {
        rewriteSession()
        rewriteMedia()
        OriginWriter(options: options.replace, address: address).apply(to: &description, remembering: &written)
        return description.description
    }

    private mutating func rewriteSession() {
        let hasConnection = description.lines.contains { $0.type == "c" }
        description.lines.removeAll(where: OwnedAttributes.ownsSession)
        if hasConnection { description.connection = connection }
        if let mid = leg.mid, !leg.isRejected, isBundled { description.appendAttribute("group", "BUNDLE \(mid)") }
    }

    /// In answers as the offer had it, unless that was rejected; in offers toward a WebRTC peer always, as Meta's own
    /// samples and browsers with `max-bundle` expect it even of a single m-line (RFC 9143 section 7.1).
    private var isBundled: Bool {
        guard isOffer else { return leg.peer?.isBundled ?? false }
        return leg.keying.isDTLS || options.offersBundle || speaker.isBundled && leg.ice != nil
    }

    private mutating func rewriteMedia() {
        var media = isOffer ? description.media : Array(description.media.prefix(sections.count))
        for index in media.indices where index != place || leg.isRejected { media[index] = rejected(media[index], index) }
        if media.indices.contains(place), !leg.isRejected { media[place] = audio(media[place]) }
        // An answer that forgot m-lines of the offer gets them back, rejected (RFC 3264 section 6).
        for index in media.count..<max(media.count, sections.count) { media.append(rejected(nil, index)) }
        description.media = media
    }

    /// Port 0, and nothing but the line's place and identification.
    private func rejected(_ media: MediaDescription?, _ index: Int) -> MediaDescription {
        let model = sections.indices.contains(index) ? sections[index] : media.map(OfferContext.OfferedSection.init)
        var section = MediaDescription(
            kind: model?.kind ?? "audio", port: 0, transport: model?.transport ?? "RTP/AVP", formats: model?.formats ?? ["0"])
        if media?.connection != nil || description.connection == nil { section.connection = address }
        if let mid = model?.mid { section.appendAttribute("mid", mid) }
        return section
    }

    private func audio(_ media: MediaDescription) -> MediaDescription {
        var section = media
        section.port = leg.sockets.first?.advertised.port ?? 0
        section.portCount = nil
        section.transport = leg.transport.rawValue
        section.formats = leg.announced.map { String($0.payloadType) }
        section.lines = lines(of: media)
        return section
    }

    /// 0.0.0.0 means hold to old peers and goes on as such, unless `zero-address` replaces it or the listener goes by ICE.
    var connection: SDPAddress {
        guard speaker.isHeldByAddress, leg.ice == nil, !options.replace.contains(.zeroAddress) else { return address }
        return SDPAddress(leg.family == .v4 ? IPAddress(v4: 0) : IPAddress(v6High: 0, low: 0))
    }
}
