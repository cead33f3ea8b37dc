import NGProtocol
import SDP

extension Dialogue {
    /// A description for one party that is ours alone; it is remembered what it said of its origin.
    ///
    /// Toward Meta always `sendrecv`, and the opposite of what a party offered: what the other side may hold is no business of a
    /// leg that cannot be told of the end of it.
    mutating func compose(for index: Int, isOffer: Bool, options: MediaOptions, resources: any MediaResources) -> String {
        let leg = leg(exchange.lines.first, of: index) ?? participants[index].mainLeg
        let only = OfferContext.OfferedSection(
            kind: "audio", transport: leg.transport.rawValue, formats: leg.announced.map { String($0.payloadType) }, mid: leg.mid)
        let description = OwnDescription(
            leg: leg, isOffer: isOffer, direction: isOffer ? .sendrecv : leg.peer?.meantDirection.reversed ?? .sendrecv,
            options: options, certificate: resources.certificate, sections: isOffer ? [only] : exchange.sections,
            place: isOffer ? 0 : exchange.place)
        return description.text(
            remembering: &participants[index].written, sessionID: SecretSource(resources: resources).number() >> 1)
    }
}
