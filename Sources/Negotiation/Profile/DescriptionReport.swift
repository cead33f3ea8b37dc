import MediaCore

/// `sdp-report`: what the validator has to say of the descriptions of one request.
struct DescriptionReport {
    private let dialogue: Dialogue
    private(set) var findings: [SDPFinding] = []

    init(_ dialogue: Dialogue) { self.dialogue = dialogue }

    /// Some party's parts ask for it (by default Meta's).
    var isWanted: Bool { dialogue.participants.contains { $0.legs[0].parts.reportsSDP } }

    /// What a party sent.
    /// - Parameter counterpart: the offer that an answer answers.
    mutating func check(_ text: String, from speaker: Int, isOffer: Bool, counterpart: String? = nil) {
        guard isWanted else { return }
        let origin: SDPFinding.Origin = dialogue.meta == speaker ? .meta : .pbx
        findings += SDPValidator.check(text, origin: origin, isOffer: isOffer, counterpart: counterpart)
    }

    /// What we wrote; only Meta's rules are known.
    mutating func check(_ text: String?, to listener: Int, isOffer: Bool, counterpart: String? = nil) {
        guard isWanted, dialogue.meta == listener, let text else { return }
        findings += SDPValidator.check(text, origin: .ours, isOffer: isOffer, counterpart: counterpart)
    }

    /// Once both sides have their codecs: what it costs that they differ. The figures were measured with recorded speech, libopus
    /// 1.3.1 and our encoder's settings (8 kHz, 20 kbit/s, complexity 1) on one processor core.
    mutating func checkConversion() {
        guard isWanted, let meta = dialogue.meta else { return }
        func codec(_ index: Int) -> Codec? {
            dialogue.leg(dialogue.exchange.lines.first, of: index)?.accepted.first { $0.format.isAudio }
        }
        let exchange = dialogue.exchange
        let other = meta == exchange.offerer ? exchange.answerer : exchange.offerer
        guard let near = codec(meta), let far = codec(other), !near.isSame(as: far) else { return }
        findings.append(SDPFinding(
            rule: "transcoding", origin: .pbx, line: 0, severity: .note,
            message: "Meta's leg has \(near.format.name), the PBX \(far.format.name): the audio is coded once more, with loss "
                + "(PESQ 4.1 where passing through has 4.2), and each 20 ms of it take 27 us to encode as Opus and 7 us to decode, "
                + "0.2 % of a core a call.",
            remedy: near.format == .opus && far.isG711
                ? "Turn G.711 on for the number, or Opus on the PBX." : "Give both sides the same codec."))
    }
}

private extension PayloadFormat {
    /// For messages; never a word of a peer's.
    var name: String {
        switch self {
        case .opus: "opus"
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        case .g722: "G.722"
        case .l16: "L16"
        case .telephoneEvent: "telephone-event"
        case .comfortNoise: "CN"
        case .other: "another codec"
        }
    }
}
