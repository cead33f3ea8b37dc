internal import Wire

// The checklist: forming pairs, pacing checks, and choosing one pair (RFC 8445 sections 6.1 and 8.1).
extension ICEAgent {
    func localCandidate(slot: Int) -> LocalCandidate? {
        for candidate in localCandidates where candidate.slot == slot { return candidate }
        return nil
    }

    func nextTransactionID() -> STUNMessage.TransactionID {
        STUNMessage.TransactionID(high: UInt32(truncatingIfNeeded: random.next()), low: random.next())
    }

    // MARK: Pairs

    /// Every socket with every address of the same family; pairs that exist stay as they are.
    func formPairs(at now: MonotonicInstant) {
        for remote in remoteCandidates {
            for local in localCandidates where local.address.ip.family == remote.address.ip.family {
                let pair = ICEPair(slot: local.slot, remote: remote.address)
                guard checklistIndex(of: pair) == nil, checklist.count < Self.maximumPairs else { continue }
                checklist.append(CandidatePair(
                    pair, localPriority: local.priority, remotePriority: remote.priority,
                    isControlling: isControlling, isLearnt: false, at: now))
            }
        }
    }

    func checklistIndex(of pair: ICEPair) -> Int? {
        checklist.firstIndex { $0.pair == pair }
    }

    /// The pair's place; a source that nobody described becomes a peer-reflexive candidate with the priority that
    /// its check gave (RFC 8445 section 7.3.1.3).
    func checklistIndex(of pair: ICEPair, orAppendingWith remotePriority: UInt32, at now: MonotonicInstant) -> Int? {
        if let index = checklistIndex(of: pair) { return index }
        guard let local = localCandidate(slot: pair.slot) else { return nil }
        if checklist.count >= Self.maximumPairs {
            guard let oldest = checklist.firstIndex(where: { isDispensable($0) }) else { return nil }
            checklist.remove(at: oldest)
        }
        var entry = CandidatePair(
            pair, localPriority: local.priority, remotePriority: remotePriority,
            isControlling: isControlling, isLearnt: true, at: now)
        entry.isLate = isConcluded
        checklist.append(entry)
        return checklist.count - 1
    }

    private func isDispensable(_ entry: CandidatePair) -> Bool {
        entry.isLearnt && entry.pair != selected?.pair && entry.pair != nomination?.pair && entry.pair != challenge?.pair
    }

    // MARK: Phases

    /// A pair was nominated under the current credentials.
    var isConcluded: Bool { state == .connected }

    func startChecking(at now: MonotonicInstant) {
        let fragment = remote?.ufrag
        for source in learnt where source.ufrag == fragment {
            guard let index = checklistIndex(of: source.pair, orAppendingWith: source.priority, at: now) else { continue }
            checklist[index].isKnown = true
            checklist[index].isNominatedByPeer = source.isNominatedByPeer && !isControlling
            checklist[index].hasten(to: now)
        }
        learnt = []
        guard !isLite else { return startListening(at: now) }
        state = .checking
        checkingEndsAt = now + ICETiming.checkingLimit
        nominateAt = .distantFuture
    }

    /// A lite agent waits for the peer's nomination; two lite agents take the best pair without a check (RFC 8445 section 8.2.2).
    private func startListening(at now: MonotonicInstant) {
        if let selected, selected.generation == generation { return }
        state = .checking
        if remoteIsLite, let best = checklist.max(by: { $0.priority < $1.priority }) { select(best, at: now) }
    }

    func beginGeneration() {
        generation += 1
        checklist.removeAll(keepingCapacity: true)
        nomination = nil
        challenge = nil
        nominateAt = .distantFuture
        checkingEndsAt = .distantFuture
    }

    /// Checks from the peer show that it is there after all.
    func resumeChecking(at now: MonotonicInstant) {
        state = .checking
        checkingEndsAt = now + ICETiming.checkingLimit
        nominateAt = .distantFuture
        for index in checklist.indices {
            checklist[index].reset(at: now)
            checklist[index].isLate = false
            checklist[index].isNominatedByPeer = false
        }
    }

    func giveUp() {
        state = .failed
        nomination = nil
        nominateAt = .distantFuture
        checkingEndsAt = .distantFuture
        emit(.failed)
    }

    func takeRole(controlling: Bool, at now: MonotonicInstant) {
        guard controlling != isControlling else { return }
        isControlling = controlling
        nomination = nil
        nominateAt = .distantFuture
        for index in checklist.indices { checklist[index].changeRole(isControlling: controlling, at: now) }
        nominateIfReady(at: now)
    }

    func emit(_ event: ICEEvent) {
        if events.count < 16 { events.append(event) }
    }

    // MARK: Choosing

    /// A pair whose check has succeeded, now or before: is it to be used?
    func considerValidPair(at index: Int, now: MonotonicInstant) {
        let entry = checklist[index]
        guard isConcluded, let current = selected else {
            if isControlling { return nominateIfReady(at: now) }
            if entry.isNominatedByPeer { select(entry, at: now) }
            return
        }
        guard entry.pair != current.pair else { return }
        let isNominated = entry.isNominatedByPeer && !isControlling
        if isNominated, entry.priority > current.priority {
            // A peer with aggressive nomination (RFC 5245 section 8.1.1.2) ends at the best pair, and we with it.
            select(entry, at: now)
        } else if isNominated || entry.isLate, challenge == nil {
            challenge = Trial(pair: entry.pair, endsAt: now + ICETiming.challengeLimit)
            selected?.hastenCheck(to: now)
            checkConsent(at: now)
        }
    }

    /// Nominates the best valid pair once no better one is open, or `ICETiming.settling` after the first became valid.
    func nominateIfReady(at now: MonotonicInstant) {
        guard isControlling, state == .checking, nomination == nil, let best = bestValidIndex else { return }
        if nominateAt == .distantFuture { nominateAt = now + ICETiming.settling }
        let priority = checklist[best].priority
        let isBetterOpen = checklist.contains { $0.isOpen && $0.priority > priority }
        if !isBetterOpen || now >= nominateAt { nominate(at: best, now: now) }
    }

    private var bestValidIndex: Int? {
        var best: Int?
        for index in checklist.indices where checklist[index].state == .succeeded {
            if let former = best, checklist[former].priority >= checklist[index].priority { continue }
            best = index
        }
        return best
    }

    /// The second check of regular nomination; it does not wait for its turn.
    private func nominate(at index: Int, now: MonotonicInstant) {
        nomination = Trial(pair: checklist[index].pair, endsAt: now + ICETiming.nominationLimit)
        nominateAt = .distantFuture
        checklist[index].begin(nextTransactionID(), isControlling: true, nominates: true)
        checklist[index].scheduleTransmit(at: now)
    }

    func select(_ entry: CandidatePair, at now: MonotonicInstant) {
        selected = SelectedPair(
            entry.pair, localPriority: entry.localPriority, priority: entry.priority, generation: generation,
            keys: isLite ? nil : remote, firstCheckAfter: nextConsentInterval(), at: now)
        nomination = nil
        challenge = nil
        nominateAt = .distantFuture
        checkingEndsAt = .distantFuture
        state = .connected
        for index in checklist.indices {
            checklist[index].isTriggered = false
            checklist[index].mustTransmit = false
        }
        emit(.connected(entry.pair))
    }

    /// Ends what did not come in time.
    func endTrials(at now: MonotonicInstant) {
        if let nomination, now >= nomination.endsAt {
            self.nomination = nil
            if let index = checklistIndex(of: nomination.pair) {
                if isConcluded { checklist[index].fail() } else { checklist[index].reset(at: now) }
            }
        }
        if let challenge, now >= challenge.endsAt {
            self.challenge = nil
            guard let index = checklistIndex(of: challenge.pair), checklist[index].state == .succeeded else { return }
            if isControlling { nominate(at: index, now: now) } else { select(checklist[index], at: now) }
        }
    }

    // MARK: Pacing

    /// Makes one check due, if it is time for one.
    func sendChecks(at now: MonotonicInstant) {
        guard !isLite, now >= pacedAt, let index = nextCheckIndex(at: now) else { return }
        if isConcluded, checklist[index].isTriggered, checklist[index].attempts >= ICETiming.lateSourceAttempts {
            return checklist[index].fail()
        }
        lastWasFirstCheck = checklist[index].state == .waiting
        if checklist[index].state == .waiting {
            checklist[index].begin(nextTransactionID(), isControlling: isControlling, nominates: false)
        }
        checklist[index].scheduleTransmit(at: now)
        pacedAt = now + ICETiming.pacing
    }

    /// Triggered checks and nominations first; then first checks by priority and repetitions by age, in turn, so that a
    /// long list of candidates does not hold up the repetition of a lost check on the best pair.
    private func nextCheckIndex(at now: MonotonicInstant) -> Int? {
        var first: Int?
        var repetition: Int?
        for index in checklist.indices where mayBeSent(checklist[index]) && checklist[index].nextSend <= now {
            let entry = checklist[index]
            if entry.isTriggered || entry.nominates { return index }
            if entry.state == .waiting {
                if let former = first, checklist[former].priority >= entry.priority { continue }
                first = index
            } else {
                if let former = repetition, checklist[former].nextSend <= entry.nextSend { continue }
                repetition = index
            }
        }
        return lastWasFirstCheck ? repetition ?? first : first ?? repetition
    }

    private func mayBeSent(_ entry: CandidatePair) -> Bool {
        guard entry.isOpen else { return false }
        switch state {
        case .checking: return nomination == nil || entry.nominates || entry.isTriggered
        case .connected: return entry.isTriggered || entry.nominates
        case .new, .failed: return false
        }
    }

    var earliestDeadline: MonotonicInstant {
        var deadline = MonotonicInstant.distantFuture
        if let selected { deadline = min(selected.nextCheck, selected.expiresAt) }
        if let nomination { deadline = min(deadline, nomination.endsAt) }
        if let challenge { deadline = min(deadline, challenge.endsAt) }
        if state == .checking { deadline = min(deadline, checkingEndsAt, nominateAt) }
        for index in checklist.indices where mayBeSent(checklist[index]) {
            deadline = min(deadline, max(checklist[index].nextSend, pacedAt))
        }
        return deadline
    }
}
