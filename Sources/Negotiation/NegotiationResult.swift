public import MediaCore

/// What came of an offer or answer.
public struct NegotiationResult: Sendable {
    /// The description for the other party.
    public var sdp: String
    /// The finished answer for the party that offered, where we answer by ourselves (`early-answer`, `local`).
    public var answer: String?
    /// What is wrong with the descriptions, by Meta's rules; empty unless asked for.
    public var findings: [SDPFinding]
    /// What the call's media shall be from now on.
    public var plan: CallPlan
    /// The dialogue as it is now; to be handed in with the next request.
    public var dialogue: Dialogue
    /// Sockets of the former plan that the new one does not use; they may be closed once it is in force.
    public var removedSlots: [Int]
    /// What a client should hear of although the request succeeded, for the log.
    public var remarks: [String]

    public init(
        sdp: String, answer: String? = nil, findings: [SDPFinding] = [], plan: CallPlan, dialogue: Dialogue, removedSlots: [Int] = [],
        remarks: [String] = []
    ) {
        self.sdp = sdp
        self.answer = answer
        self.findings = findings
        self.plan = plan
        self.dialogue = dialogue
        self.removedSlots = removedSlots
        self.remarks = remarks
    }
}
