/// `block DTMF`, `block media`, `silence media` and their opposites.
///
/// With a party in `parties` it concerns what that party sends (to `sink`, or to all of `scope`, if either is given); without one the
/// whole call, beside what is set of single parties. Undone with `scope` = `.everything`, it undoes that of all parties too.
public struct TreatmentCommand: Sendable, Equatable {
    /// What becomes of what a party sends.
    public enum Treatment: Sendable, Equatable {
        /// Digits are not passed on. It knows no sinks.
        case blockDTMF
        /// Nothing is passed on.
        case blockMedia
        /// Silence is passed on.
        case silenceMedia
    }

    public var callID: String
    public var treatment: Treatment
    /// `false` for the commands that begin with `un`.
    public var isOn: Bool
    public var parties: PartySelection

    init(_ treatment: Treatment, isOn: Bool, _ fields: MessageFields) throws(NGError) {
        callID = try require(fields.callID, or: .noCallID)
        self.treatment = treatment
        self.isOn = isOn
        parties = PartySelection(fields, isDirectional: true)
    }
}
