internal import Wire

/// One of our sockets with one address of the peer, and how far its check is (RFC 8445 section 6.1.2.6).
///
/// There is no `frozen` state: with one component nothing is gained by holding pairs back.
struct CandidatePair {
    enum State { case waiting, inProgress, succeeded, failed }

    let pair: ICEPair
    let localPriority: UInt32
    let remotePriority: UInt32
    /// RFC 8445 section 6.1.2.3; depends on the role.
    private(set) var priority: UInt64
    private(set) var state = State.waiting
    /// An authenticated check came from here, so its check goes first (RFC 8445 section 7.3.1.4).
    var isTriggered = false
    /// An authenticated check has passed, in either direction: the peer is here, whatever becomes of the pair.
    var isKnown = false
    /// The controlling peer's check had USE-CANDIDATE.
    var isNominatedByPeer = false
    /// Found by a check of the peer rather than in its description.
    let isLearnt: Bool
    /// Found after a pair was nominated: the peer's address may have changed.
    var isLate = false

    private(set) var transactionID = STUNMessage.TransactionID(high: 0, low: 0)
    /// The role that the check in progress claims.
    private(set) var claimsControlling = false
    /// The check in progress has USE-CANDIDATE.
    private(set) var nominates = false
    private(set) var attempts = 0
    /// When the check is to be sent (again).
    private(set) var nextSend: MonotonicInstant
    /// Due and not yet drained.
    var mustTransmit = false

    init(_ pair: ICEPair, localPriority: UInt32, remotePriority: UInt32, isControlling: Bool, isLearnt: Bool, at now: MonotonicInstant) {
        self.pair = pair
        self.localPriority = localPriority
        self.remotePriority = remotePriority
        self.isLearnt = isLearnt
        priority = Self.priority(local: localPriority, remote: remotePriority, isControlling: isControlling)
        nextSend = now
    }

    static func priority(local: UInt32, remote: UInt32, isControlling: Bool) -> UInt64 {
        let (controlling, controlled) = isControlling ? (local, remote) : (remote, local)
        return UInt64(min(controlling, controlled)) << 32 &+ UInt64(max(controlling, controlled)) << 1 &+ (controlling > controlled ? 1 : 0)
    }

    /// May still become valid.
    var isOpen: Bool { state == .waiting || state == .inProgress }

    /// Makes the check due again from the start; the next sending is a new transaction.
    mutating func reset(at now: MonotonicInstant) {
        state = .waiting
        nominates = false
        attempts = 0
        nextSend = now
        mustTransmit = false
    }

    /// A role switch changes the order of the pairs, and what a check says: one that is under way starts anew.
    mutating func changeRole(isControlling: Bool, at now: MonotonicInstant) {
        priority = Self.priority(local: localPriority, remote: remotePriority, isControlling: isControlling)
        if state == .inProgress { reset(at: now) }
    }

    mutating func begin(_ transactionID: STUNMessage.TransactionID, isControlling: Bool, nominates: Bool) {
        self.transactionID = transactionID
        self.nominates = nominates
        claimsControlling = isControlling
        attempts = 0
        state = .inProgress
    }

    /// The next sending is a new transaction, because the peer may repeat its error to this one; its time stays.
    mutating func renew(_ transactionID: STUNMessage.TransactionID) {
        self.transactionID = transactionID
    }

    /// Marks the check for sending, and notes when it is due again.
    mutating func scheduleTransmit(at now: MonotonicInstant) {
        mustTransmit = true
        let interval = ICETiming.firstRetransmission.count << Int64(min(attempts, 8))
        nextSend = now + min(Nanoseconds(interval), ICETiming.retransmissionLimit)
        attempts += 1
    }

    /// Brings the next sending forward, because the peer is there now.
    mutating func hasten(to now: MonotonicInstant) {
        isTriggered = true
        if state == .failed { reset(at: now) }
        nextSend = min(nextSend, now)
    }

    mutating func succeed() {
        state = .succeeded
        isKnown = true
        nominates = false
        isTriggered = false
        mustTransmit = false
    }

    mutating func fail() {
        state = .failed
        nominates = false
        isTriggered = false
        mustTransmit = false
    }
}
