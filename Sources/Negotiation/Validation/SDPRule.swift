/// One thing that a description has to hold to: what the validator looks for, how bad it is in whose description,
/// what to do about it and what it leads to. `proto/whatsapp.md` prints them all.
///
/// Sources: Meta's Calling API documentation with its sample descriptions, and the RFCs that each text names.
public struct SDPRule: Sendable, Equatable {
    /// Lower case with hyphens; it does not change from release to release.
    public let name: String
    /// In what Meta sends; `nil` where the rule does not apply.
    public let meta: SDPFinding.Severity?
    /// In what we send to Meta.
    public let ours: SDPFinding.Severity?
    /// In what the PBX sends.
    public let pbx: SDPFinding.Severity?
    /// What is wrong where the rule is broken.
    public let text: String
    public let remedy: String
    public let consequence: Consequence?

    init(
        _ name: String, meta: SDPFinding.Severity? = nil, ours: SDPFinding.Severity? = nil, pbx: SDPFinding.Severity? = nil,
        _ text: String, remedy: String, _ consequence: Consequence? = nil
    ) {
        self.name = name
        self.meta = meta
        self.ours = ours
        self.pbx = pbx
        self.text = text
        self.remedy = remedy
        self.consequence = consequence
    }

    public func severity(in origin: SDPFinding.Origin) -> SDPFinding.Severity? {
        switch origin {
        case .meta: meta
        case .ours: ours
        case .pbx: pbx
        }
    }

    /// The error that Meta answers with; where there is none, what its user hears. A note has no error.
    public func metaError(in origin: SDPFinding.Origin) -> String? {
        guard let consequence, let severity = severity(in: origin), consequence.origins.contains(origin) else { return nil }
        return severity == .note && consequence.isError ? nil : consequence.text
    }

    /// What becomes of a call whose description breaks the rule, by the names of Meta's list of calling errors.
    public struct Consequence: Sendable, Equatable {
        public let text: String
        /// Meta ends the call, rather than that its user hears something.
        public let isError: Bool
        let origins: Set<SDPFinding.Origin>

        /// The Graph API refuses the description, or the SIP interface does.
        static let refused = Consequence(
            text: "100 Invalid parameter (SDP validation), by SIP 488 Not Acceptable Here", isError: true, origins: [.ours])
        /// Nothing that Meta can use arrives, so the call ends after 20 s, or after 30 s later on.
        static let noMedia = Consequence(
            text: "138021 no media received for a long time", isError: true, origins: [.meta, .ours])

        static func heard(_ text: String) -> Consequence { Consequence(text: text, isError: false, origins: [.meta, .ours, .pbx]) }
    }
}

extension SDPRule {
    /// Every rule, by subject.
    public static let table: [SDPRule] = session + transport + ice + dtls + sdes + codecs + packetTime + digits + sources + answers
}
