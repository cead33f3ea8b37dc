internal import Wire

// Consent freshness of the pair in use (RFC 7675).
extension ICEAgent {
    func checkConsent(at now: MonotonicInstant) {
        guard let expiresAt = selected?.expiresAt, let nextCheck = selected?.nextCheck, !isLite else { return }
        if now >= expiresAt {
            dropSelectedPair()
        } else if now >= nextCheck {
            let interval = challenge == nil ? nextConsentInterval() : ICETiming.challengeInterval
            selected?.scheduleCheck(nextTransactionID(), isControlling: isControlling, nextAfter: interval, at: now)
        }
    }

    /// `ICETiming.consentInterval` times 0.8 to 1.2, so that the checks of many calls do not fall together.
    func nextConsentInterval() -> Nanoseconds {
        let interval = ICETiming.consentInterval.count
        return Nanoseconds(interval / 5 * 4 + Int64(random.next() % UInt64(interval / 5 * 2 + 1)))
    }

    /// Nothing is sent to the peer any more until ICE succeeds again.
    func dropSelectedPair() {
        selected = nil
        challenge = nil
        if state == .connected { state = .failed }
        emit(.consentLost)
    }
}
