public import Wire

/// One component's ICE agent (RFC 8445), full or lite, with consent freshness (RFC 7675): bytes and `now` in,
/// bytes, events and the next deadline out.
///
/// Inputs are `setLocalCandidates`, `setRemote`, `restart`, `receive` and `handleDeadline`; after each of them drain
/// `drain(into:)` and `nextEvent()` until both return `nil`, and look at `nextDeadline`.
///
/// A full agent nominates regularly: plain checks first, then one pair with USE-CANDIDATE. Once a pair is in use it
/// stays, whatever better pair turns up. It gives way only to an ICE restart; to a higher pair that the controlling
/// peer nominates; or, when it has stopped answering, to an address from which the peer's authenticated checks now come.
/// Checks that come before the peer's description are answered and remembered (section 7.3).
///
/// Deviations from RFC 8445, each to lose less speech:
/// - Intervals: see `ICETiming`.
/// - Section 7.2.5.2.4: an error response other than 487 does not fail a pair; a peer that does not have our
///   description yet may answer 401 and will answer otherwise in a moment.
/// - Section 7.2.5.3.1: the mapped address in a response makes no local candidate, as nothing but the socket behind it is used.
public final class ICEAgent {
    /// The buffer for `drain(into:)` has to have at least this many bytes.
    public static let maximumMessageLength = 640
    /// More candidates of the peer than this are ignored.
    public static let maximumRemoteCandidates = 24
    static let maximumLocalCandidates = 2
    static let maximumLearntSources = 16
    static let maximumPairs = maximumLocalCandidates * maximumRemoteCandidates + maximumLearntSources

    /// The pair that media goes by. After a restart this is the old pair until a new one is nominated.
    public private(set) var selectedPair: ICEPair?
    /// When `handleDeadline` wants to be called, at the latest; `distantFuture` for never.
    public private(set) var nextDeadline = MonotonicInstant.distantFuture
    public internal(set) var state = ICEState.new
    /// We answer checks and send none (RFC 8445 section 2.5).
    public let isLite: Bool
    /// Our role now; a role conflict may have turned it round (RFC 8445 section 7.3.1.1).
    public internal(set) var isControlling: Bool

    var tieBreaker: UInt64
    var random: SplitMix64
    var local: LocalKeys
    /// The fragment and password before a restart, which the pair in use still goes by.
    var previousLocal: LocalKeys?
    var localCandidates: [LocalCandidate] = []
    var remote: RemoteKeys?
    var remoteCandidates: [ICECandidate] = []
    var remoteIsLite = false
    /// Counts ICE restarts.
    var generation = 0

    /// Where authenticated checks came from before the peer's credentials were known.
    var learnt: [LearntSource] = []
    var checklist: [CandidatePair] = []
    var selected: SelectedPair? {
        didSet { selectedPair = selected?.pair }
    }
    var nomination: Trial?
    var challenge: Trial?
    var responses: [PendingResponse] = []
    var events: [ICEEvent] = []

    /// The earliest time of the next paced check.
    var pacedAt = MonotonicInstant(nanoseconds: .min)
    /// The last paced check was a pair's first one.
    var lastWasFirstCheck = false
    /// When to nominate at the latest; set by the first valid pair.
    var nominateAt = MonotonicInstant.distantFuture
    var checkingEndsAt = MonotonicInstant.distantFuture

    /// - Parameters:
    ///   - isLite: we answer checks and send none (RFC 8445 section 2.5); then `isControlling` means nothing.
    ///   - tieBreaker: random (RFC 8445 section 7.3.1.1).
    ///   - seed: of the transaction ids. They need not be secret: what they protect, MESSAGE-INTEGRITY does.
    public init(localCredentials: ICECredentials, isControlling: Bool, isLite: Bool = false, tieBreaker: UInt64, seed: UInt64) {
        local = LocalKeys(localCredentials)
        self.isLite = isLite
        self.isControlling = isControlling && !isLite
        self.tieBreaker = tieBreaker
        random = SplitMix64(seed: seed)
    }

    /// Whether an authenticated check has passed between this address and our socket, in either direction.
    public func isKnownSource(_ source: TransportAddress, slot: Int) -> Bool {
        let pair = ICEPair(slot: slot, remote: source)
        if selectedPair == pair { return true }
        for candidate in checklist where candidate.pair == pair { return candidate.isKnown }
        for source in learnt where source.pair == pair { return true }
        return false
    }

    /// Our sockets: at most one IPv4 and one IPv6 are of use. The same ones again change nothing.
    public func setLocalCandidates(_ candidates: [LocalCandidate]) {
        let candidates = Array(candidates.prefix(Self.maximumLocalCandidates))
        guard candidates != localCandidates else { return }
        localCandidates = candidates
        checklist.removeAll { entry in !candidates.contains { $0.slot == entry.pair.slot } }
        learnt.removeAll { entry in !candidates.contains { $0.slot == entry.pair.slot } }
        if let slot = selected?.pair.slot, !candidates.contains(where: { $0.slot == slot }) { dropSelectedPair() }
        formPairs(at: pacedAt)
        updateDeadline()
    }

    /// The peer's description, however late it comes. The same again changes nothing; more candidates under the same
    /// credentials are added; other credentials are an ICE restart by the peer (RFC 8445 section 9).
    ///
    /// - Parameter candidates: those of component 1 are used; may be empty, then the peer's checks show its addresses.
    public func setRemote(credentials: ICECredentials, candidates: [ICECandidate], isLite remoteIsLite: Bool, at now: MonotonicInstant) {
        let isNew = remote?.credentials != credentials
        if isNew {
            if remote != nil { beginGeneration() }
            remote = RemoteKeys(credentials, local: local)
            remoteCandidates = []
        }
        self.remoteIsLite = remoteIsLite
        if remoteIsLite, !isLite { takeRole(controlling: true, at: now) }
        for candidate in candidates where isUsable(candidate) { remoteCandidates.append(candidate) }
        formPairs(at: now)
        if isNew { startChecking(at: now) }
        sendChecks(at: now)
        updateDeadline()
    }

    private func isUsable(_ candidate: ICECandidate) -> Bool {
        candidate.component == 1 && candidate.address.port != 0 && !candidate.address.ip.isUnspecified
            && remoteCandidates.count < Self.maximumRemoteCandidates
            && !remoteCandidates.contains { $0.address == candidate.address }
    }

    /// Our side restarts (RFC 8445 section 9): checks are answered under the new credentials, the pair in use goes on
    /// under the old ones, and new checks begin with the next `setRemote`.
    public func restart(localCredentials: ICECredentials) {
        previousLocal = local
        local = LocalKeys(localCredentials)
        remote = nil
        remoteCandidates = []
        learnt.removeAll()
        beginGeneration()
        state = .new
        updateDeadline()
    }

    /// - Parameters:
    ///   - stun: one datagram, classified as STUN by its first byte.
    ///   - slot: the socket it came by.
    public func receive(_ stun: Bytes, slot: Int, from source: TransportAddress, at now: MonotonicInstant) -> ICEInput {
        guard let message = STUNMessage.parse(stun) else { return .malformed }
        guard message.method == STUNMessage.bindingMethod else { return .notForUs }
        let pair = ICEPair(slot: slot, remote: source)
        let result: ICEInput
        switch message.messageClass {
        case .request: result = receiveRequest(message, on: pair, at: now)
        case .success, .error: result = receiveResponse(message, on: pair, at: now)
        case .indication: return isKnownSource(source, slot: slot) ? .accepted : .notForUs // a keep-alive (RFC 8445 section 11)
        }
        updateDeadline()
        return result
    }

    /// Does what is due; earlier or later calls do no harm.
    public func handleDeadline(at now: MonotonicInstant) {
        guard now >= nextDeadline else { return }
        checkConsent(at: now)
        endTrials(at: now)
        if state == .checking, now >= checkingEndsAt { giveUp() }
        nominateIfReady(at: now)
        sendChecks(at: now)
        updateDeadline()
    }

    /// The oldest event not yet fetched; to be called until it returns `nil` after every input.
    public func nextEvent() -> ICEEvent? {
        events.isEmpty ? nil : events.removeFirst()
    }

    func updateDeadline() {
        nextDeadline = isLite ? .distantFuture : earliestDeadline
    }
}

/// An authenticated check from a peer whose credentials are not known yet.
struct LearntSource {
    let pair: ICEPair
    let priority: UInt32
    /// The fragment that the sender gave as its own.
    let ufrag: [UInt8]
    var isNominatedByPeer: Bool
}

/// A pair that has to prove itself, or another one's death, until a given time.
struct Trial {
    let pair: ICEPair
    let endsAt: MonotonicInstant
}
