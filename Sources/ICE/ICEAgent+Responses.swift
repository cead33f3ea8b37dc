internal import Wire

// Answers to our checks (RFC 8445 section 7.2.5) and to our consent checks (RFC 7675 section 5.1).
extension ICEAgent {
    /// An answer counts only if it comes from where the check went (section 7.2.5.2.1) and belongs to a transaction that
    /// is open, so a repeated one changes nothing.
    func receiveResponse(_ message: STUNMessage, on pair: ICEPair, at now: MonotonicInstant) -> ICEInput {
        if let selected, selected.pair == pair, selected.expects(message.transactionID), let keys = selected.keys {
            guard keys.password.withBytes({ message.isAuthentic(key: $0) }) else { return .unauthenticated }
            return receiveConsent(message, at: now)
        }
        guard let remote, let index = checklist.firstIndex(where: {
            $0.state == .inProgress && $0.transactionID == message.transactionID && $0.pair == pair
        }) else { return .notForUs }
        guard remote.password.withBytes({ message.isAuthentic(key: $0) }) else {
            // 400 and 401 are never signed. They are not believed, but a server may have kept its answer to this transaction.
            if message.messageClass == .error { checklist[index].renew(nextTransactionID()) }
            return .unauthenticated
        }
        guard message.unknownAttributeCount == 0 else { return .malformed }
        if message.messageClass == .success {
            checkSucceeded(at: index, now: now)
        } else {
            checkWasRefused(with: message.errorCode, at: index, now: now)
        }
        return .accepted
    }

    private func checkSucceeded(at index: Int, now: MonotonicInstant) {
        let wasNomination = checklist[index].nominates
        checklist[index].succeed()
        if wasNomination, isControlling {
            select(checklist[index], at: now)
        } else {
            considerValidPair(at: index, now: now)
        }
    }

    private func checkWasRefused(with errorCode: Int?, at index: Int, now: MonotonicInstant) {
        guard errorCode == 487 else { return checklist[index].renew(nextTransactionID()) }
        // Of several such answers only the first means a switch.
        if checklist[index].claimsControlling == isControlling { switchRole(at: now) }
        if checklist.indices.contains(index), checklist[index].state != .succeeded {
            checklist[index].reset(at: now)
            checklist[index].hasten(to: now)
        }
        sendChecks(at: now)
    }

    private func receiveConsent(_ message: STUNMessage, at now: MonotonicInstant) -> ICEInput {
        guard message.unknownAttributeCount == 0 else { return .malformed }
        if message.messageClass == .success {
            selected?.renewConsent(message.transactionID, at: now)
            challenge = nil
        } else if message.errorCode == 403 {
            dropSelectedPair() // an explicit revocation (RFC 7675 section 5.2)
        } else if message.errorCode == 487, selected?.claimsControlling == isControlling {
            switchRole(at: now)
        }
        return .accepted
    }

    /// The peer insists on our role; a new tie-breaker keeps two agents from switching for ever (RFC 8445 section 7.2.5.1).
    private func switchRole(at now: MonotonicInstant) {
        tieBreaker = random.next()
        takeRole(controlling: !isControlling, at: now)
    }
}
