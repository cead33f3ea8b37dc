internal import Wire

/// The pair in use with the peer's consent to receive on it (RFC 7675).
///
/// It has its own copy of the keys, so that it lives through an ICE restart until the new pair is nominated.
struct SelectedPair {
    let pair: ICEPair
    let localPriority: UInt32
    let priority: UInt64
    /// Which credentials it was nominated under; a restart counts on.
    let generation: Int
    /// `nil` for a lite agent, which asks for no consent.
    let keys: RemoteKeys?

    /// When consent is lost; put off by every answer.
    private(set) var expiresAt: MonotonicInstant
    private(set) var nextCheck: MonotonicInstant
    /// The last time that something authenticated came from the peer by this pair.
    var lastSeen: MonotonicInstant
    /// Due and not yet drained.
    var mustTransmit = false
    /// The id of the next or last check sent.
    private(set) var transactionID = STUNMessage.TransactionID(high: 0, low: 0)
    /// The role that the last check claims.
    private(set) var claimsControlling = false
    /// The unanswered ones, a ring in place so that a copy of the pair costs no allocation. Consent checks are not
    /// repeated, each is a transaction of its own (RFC 7675 section 5.1), and the answer to any of them counts.
    private var outstanding = InlineArray<8, STUNMessage.TransactionID>(repeating: Self.none)
    private static let none = STUNMessage.TransactionID(high: 0, low: 0)
    private var nextIndex = 0

    init(
        _ pair: ICEPair, localPriority: UInt32, priority: UInt64, generation: Int, keys: RemoteKeys?,
        firstCheckAfter interval: Nanoseconds, at now: MonotonicInstant
    ) {
        self.pair = pair
        self.localPriority = localPriority
        self.priority = priority
        self.generation = generation
        self.keys = keys
        lastSeen = now
        expiresAt = keys == nil ? .distantFuture : now + ICETiming.consentLimit
        nextCheck = keys == nil ? .distantFuture : now + interval
    }

    mutating func scheduleCheck(
        _ transactionID: STUNMessage.TransactionID, isControlling: Bool, nextAfter interval: Nanoseconds, at now: MonotonicInstant
    ) {
        self.transactionID = transactionID
        claimsControlling = isControlling
        outstanding[nextIndex] = transactionID
        nextIndex = (nextIndex + 1) & 7
        mustTransmit = true
        nextCheck = now + interval
    }

    mutating func hastenCheck(to now: MonotonicInstant) {
        nextCheck = min(nextCheck, now)
    }

    func expects(_ transactionID: STUNMessage.TransactionID) -> Bool {
        index(of: transactionID) != nil
    }

    /// Consent was given again; each check counts once.
    mutating func renewConsent(_ transactionID: STUNMessage.TransactionID, at now: MonotonicInstant) {
        guard let index = index(of: transactionID) else { return }
        outstanding[index] = Self.none
        expiresAt = now + ICETiming.consentLimit
        lastSeen = now
    }

    private func index(of transactionID: STUNMessage.TransactionID) -> Int? {
        for index in outstanding.indices where outstanding[index] == transactionID { return transactionID == Self.none ? nil : index }
        return nil
    }
}
