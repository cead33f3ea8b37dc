import NGProtocol
import SDP

/// What is known of a party beforehand (`--profile`, the flag `whatsapp`): its leg's defaults come from it.
public enum LegProfile: String, Sendable, Equatable, CaseIterable {
    /// Meta's media relay: one audio stream, never renegotiated, ended when it hears nothing.
    case whatsApp = "whatsapp"
}

extension SessionDescription {
    /// Whether Meta wrote it. Its samples differ: those for DTLS say `ice-lite`, most name WhatsApp in `a=msid` and `a=ssrc`; what is
    /// left is the 20 ms and nothing longer of a WebRTC-like description.
    func looksLikeMeta(_ media: MediaDescription) -> Bool {
        if isICELite(media) { return true }
        if (media.attributes("msid") + media.attributes("ssrc")).contains(where: { $0.holds("WhatsApp") }) { return true }
        return media.maximumPacketTime == 20 && hasAttribute("msid-semantic") && media.offersRTCPMux
    }
}

extension Dialogue {
    /// Whether a participant is known to be Meta.
    public func isMeta(_ participant: Int) -> Bool { participants.indices.contains(participant) && participants[participant].isMeta }

    /// Which of the current pair is Meta; `nil` while neither is known to be.
    var meta: Int? { [exchange.offerer, exchange.answerer].first { participants[$0].isMeta } }

    /// Finds out which of the pair is Meta, once for the whole call: a re-offer from the other side says nothing else.
    ///
    /// An option that names it comes first, then the one interface whose profile it is, then the descriptions, the offer's before
    /// the answer's; where none of them knows it is the answerer, since our offers to Meta are like anybody's.
    mutating func settleProfile(offerer: Int, answerer: Int, request: NegotiationRequest, offererLooksLikeMeta: Bool) {
        guard !participants[offerer].isMeta, !participants[answerer].isMeta else { return }
        let options = request.options.whatsApp
        let named = [offerer, answerer].filter { index in
            request.defaults.profiles[participants[index].legs[0].interface ?? ""] == .whatsApp
        }
        let found: Int
        switch options.side {
        case .from: found = offerer
        case .to: found = answerer
        case nil:
            guard options.isOn || !named.isEmpty else { return }
            found = named.count == 1 ? named[0] : offererLooksLikeMeta ? offerer : answerer
        }
        participants[found].updateLegs { leg in
            leg.profile = .whatsApp
            leg.parts = .whatsApp
        }
        participants[found == offerer ? answerer : offerer].updateLegs { $0.facesMeta = true }
    }

    /// Takes over what a request says of the parts: they are the Meta leg's, or without one those of the answerer's leg.
    mutating func applyParts(_ request: NegotiationRequest, answerer: Int) {
        participants[meta ?? answerer].updateLegs { $0.parts.apply(request.options.whatsApp) }
        holdAudio = request.holdAudio ?? holdAudio
    }
}
