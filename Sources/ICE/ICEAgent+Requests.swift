internal import Wire

/// An answer to a check, kept as what it takes to write it.
struct PendingResponse {
    enum Key { case none, current, previous }

    /// Undrained answers beyond this number are dropped; the peer repeats its check.
    static let limit = 32

    let transactionID: STUNMessage.TransactionID
    let pair: ICEPair
    /// `nil` for success.
    let errorCode: Int?
    /// The password that signs it.
    let key: Key
    let unknownAttributes: SIMD4<UInt16>
    let unknownAttributeCount: Int

    init(to message: STUNMessage, on pair: ICEPair, errorCode: Int?, key: Key) {
        transactionID = message.transactionID
        self.pair = pair
        self.errorCode = errorCode
        self.key = key
        unknownAttributes = message.unknownAttributes
        unknownAttributeCount = message.unknownAttributeCount
    }
}

// Checks of the peer (RFC 8445 section 7.3).
extension ICEAgent {
    func receiveRequest(_ message: STUNMessage, on pair: ICEPair, at now: MonotonicInstant) -> ICEInput {
        guard localCandidate(slot: pair.slot) != nil else { return .notForUs }
        guard let username = message.username, message.hasIntegrity else {
            respond(to: message, on: pair, errorCode: 400, key: .none)
            return .unauthenticated
        }
        if let fragment = local.senderFragment(in: username) {
            return receiveRequest(message, from: fragment, password: local.password, key: .current, on: pair, at: now)
        }
        if let previousLocal, let fragment = previousLocal.senderFragment(in: username) {
            return receiveRequest(message, from: fragment, password: previousLocal.password, key: .previous, on: pair, at: now)
        }
        respond(to: message, on: pair, errorCode: 401, key: .none)
        return .notForUs
    }

    /// The order of the tests is that of RFC 8489 sections 9.1.3 and 6.3.1: nothing is changed or believed before the password fits.
    private func receiveRequest(
        _ message: STUNMessage, from fragment: Bytes, password: [UInt8], key: PendingResponse.Key,
        on pair: ICEPair, at now: MonotonicInstant
    ) -> ICEInput {
        guard password.withBytes({ message.isAuthentic(key: $0) }) else {
            respond(to: message, on: pair, errorCode: 401, key: .none)
            return .unauthenticated
        }
        guard message.unknownAttributeCount == 0 else {
            respond(to: message, on: pair, errorCode: 420, key: key)
            return .accepted
        }
        guard key == .previous || accepts(message.role, at: now) else {
            respond(to: message, on: pair, errorCode: 487, key: key)
            return .accepted
        }
        respond(to: message, on: pair, errorCode: nil, key: key)
        if selected?.pair == pair {
            selected?.lastSeen = now
            challenge = nil
        }
        if key == .current { noteCheck(message, from: fragment, on: pair, at: now) }
        return .accepted
    }

    private func respond(to message: STUNMessage, on pair: ICEPair, errorCode: Int?, key: PendingResponse.Key) {
        guard responses.count < PendingResponse.limit else { return }
        responses.append(PendingResponse(to: message, on: pair, errorCode: errorCode, key: key))
    }

    /// RFC 8445 section 7.3.1.1; `false` where the peer is the one to switch. A lite agent is always the controlled one.
    private func accepts(_ role: STUNMessage.Role?, at now: MonotonicInstant) -> Bool {
        guard !isLite else { return true }
        switch role {
        case .controlling(let theirs) where isControlling:
            guard tieBreaker < theirs else { return false }
            takeRole(controlling: false, at: now)
        case .controlled(let theirs) where !isControlling:
            guard tieBreaker >= theirs else { return false }
            takeRole(controlling: true, at: now)
        default: break
        }
        return true
    }

    private func noteCheck(_ message: STUNMessage, from fragment: Bytes, on pair: ICEPair, at now: MonotonicInstant) {
        if isLite { return noteCheckAsLite(message, from: fragment, on: pair, at: now) }
        guard let remote, fragment.buffer.elementsEqual(remote.ufrag) else {
            return learn(message, from: fragment, on: pair)
        }
        if state == .failed { resumeChecking(at: now) }
        guard let index = checklistIndex(of: pair, orAppendingWith: message.priority ?? 0, at: now) else { return }
        checklist[index].isKnown = true
        if message.usesCandidate, !isControlling { checklist[index].isNominatedByPeer = true }
        if checklist[index].state == .succeeded {
            // The peer is alive and has not chosen yet, so there is no reason to give up.
            if state == .checking, !isControlling { checkingEndsAt = now + ICETiming.checkingLimit }
            considerValidPair(at: index, now: now)
        } else {
            checklist[index].hasten(to: now)
            sendChecks(at: now)
        }
    }

    /// Remembers where a peer is whose description has not come yet (or not the one with this fragment).
    private func learn(_ message: STUNMessage, from fragment: Bytes, on pair: ICEPair) {
        let nominates = message.usesCandidate && !isControlling
        if let index = learnt.firstIndex(where: { $0.pair == pair && fragment.buffer.elementsEqual($0.ufrag) }) {
            if nominates { learnt[index].isNominatedByPeer = true }
            return
        }
        if learnt.count >= Self.maximumLearntSources { learnt.removeFirst() }
        learnt.append(LearntSource(pair: pair, priority: message.priority ?? 0, ufrag: fragment.array, isNominatedByPeer: nominates))
    }

    /// RFC 8445 section 7.3.2: no checks of ours, so the peer's nomination alone makes the pair valid and selected.
    /// Of several nominated pairs the one of highest priority counts, the latest among equals.
    private func noteCheckAsLite(_ message: STUNMessage, from fragment: Bytes, on pair: ICEPair, at now: MonotonicInstant) {
        if let remote, !fragment.buffer.elementsEqual(remote.ufrag) { return }
        guard let index = checklistIndex(of: pair, orAppendingWith: message.priority ?? 0, at: now) else { return }
        checklist[index].isKnown = true
        guard message.usesCandidate else { return }
        if let current = selected, current.generation == generation {
            guard current.pair != pair else { return }
            let isSilent = now - current.lastSeen > ICETiming.liteSilence
            guard isSilent || checklist[index].priority >= current.priority else { return }
        }
        select(checklist[index], at: now)
    }
}
