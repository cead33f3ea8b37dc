/// Whom a command without SDP concerns.
///
/// Sources, the first that is given: `label`, `address`, `from-tag`. Proxies send a `from-tag` in any case, so commands that
/// also work on whole calls heed it with the flag `directional` only.
public struct PartySelection: Sendable, Equatable {
    /// How a message names a party.
    public enum Party: Sendable, Equatable {
        /// `.noSuchLabel` if there is none.
        case label(String)
        /// The address that the party's description names; `.invalidAddress` if it is none, `.noSuchAddress` if nobody has it.
        case address(String)
        /// `.noSuchFromTag` if there is none.
        case tag(String)
    }

    /// The other end of a flow of media from the party.
    public enum Sink: Sendable, Equatable {
        /// `.noSuchToTag` if there is none.
        case tag(String)
        /// `.noSuchToLabel` if there is none.
        case label(String)
    }

    /// The key and flag `all`.
    public enum Scope: Sendable, Equatable {
        /// `all`: everybody, and what is set of each party too; party and sink are not looked at.
        case everything
        /// Flows from the party to those that it has a dialogue with.
        case offerAnswer
        /// Flows from the party to subscribers.
        case exceptOfferAnswer
        /// Flows from the party to anybody.
        case flows
    }

    /// `nil`: the whole call, or nobody, as the command has it.
    public var party: Party?
    /// `to-tag`, `to-label`: has a meaning beside `party` only.
    public var sink: Sink?
    public var scope: Scope?
    /// `from-tags`: for commands that may concern several parties and found no single one; unknown ones are left out.
    public var fromTags: [String]
    /// `set-label`: the selected party's label from now on.
    public var newLabel: String?

    /// - Parameter isDirectional: the command heeds `from-tag` with the flag `directional` only.
    init(_ fields: MessageFields, isDirectional: Bool) {
        let parties = fields.parties
        scope = parties.scope
        let heedsFromTag = !isDirectional || parties.isDirectional
        if scope == .everything {
            party = nil
        } else if let label = optional(fields.label) {
            party = .label(label)
        } else if let address = optional(parties.address) {
            party = .address(address)
        } else if heedsFromTag, let tag = optional(fields.fromTag) {
            party = .tag(tag)
        }
        if party != nil {
            sink = optional(fields.toTag).map(Sink.tag) ?? optional(parties.toLabel).map(Sink.label)
        }
        fromTags = parties.fromTags
        newLabel = optional(parties.newLabel)
    }
}

/// The keys and flags that select parties.
public struct PartyFields: Sendable, Equatable {
    /// `all`; `nil` for `none` too.
    public var scope: PartySelection.Scope?
    /// The flag `directional`.
    public var isDirectional = false
    public var address: String?
    public var toLabel: String?
    public var newLabel: String?
    public var fromTags: [String] = []
    public init() {}

    /// Nobody has more parties; the rest is left out.
    static let maximumFromTags = 64
}
