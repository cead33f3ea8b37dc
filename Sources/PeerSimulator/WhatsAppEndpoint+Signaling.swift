public import Wire

// The course of a call: offer, pre-accept, accept; what comes later is refused.

extension WhatsAppEndpoint {
    /// A user calls: Meta's offer.
    /// - Parameter now: from when on the business has 60 s to accept; `nil`: as long as it likes.
    public func makeOffer(at now: MonotonicInstant? = nil) -> String {
        if let now { patience.offer(at: now) }
        return makeDescription(setup: "actpass", mid: "audio", isOffer: true)
    }

    /// A user calls, and the business has not picked up yet: ICE and DTLS begin; no media passes.
    public func receivePreAccept(_ text: String, at now: MonotonicInstant) {
        guard !isEnded else { return }
        if firstDescription != nil { return compare(text) }
        firstDescription = text
        noteSDP(at: now)
        takeAnswer(text, at: now)
    }

    /// A user calls: the business picked up. After a pre-accept the SDP has to be the same.
    public func receiveAccept(_ text: String, at now: MonotonicInstant) {
        receivePreAccept(text, at: now)
        guard !isEnded else { return }
        patience.accept(at: now)
        noteProgress(at: now)
    }

    /// A user calls: the business's answer came, without a pre-accept, or as the accept after it.
    public func receiveAnswer(_ text: String, at now: MonotonicInstant) { receiveAccept(text, at: now) }

    /// A business calls: Meta's answer to its offer, as the user picks up; an empty string for an offer that is refused.
    public func makeAnswer(to text: String, at now: MonotonicInstant) -> String {
        guard firstDescription == nil else {
            receiveReoffer(text)
            return ""
        }
        firstDescription = text
        noteSDP(at: now)
        guard let mid = takeOffer(text, at: now) else { return "" }
        patience.accept(at: now)
        noteProgress(at: now)
        return makeDescription(setup: "active", mid: mid, isOffer: false)
    }

    /// A re-INVITE, or a second offer: refused, and the call goes on as it was.
    @discardableResult
    public func receiveReoffer(_ text: String) -> MetaError {
        report(.noRenegotiation, "a second offer of \(text.utf8.count) bytes")
        return .renegotiationRefused
    }

    private func compare(_ text: String) {
        guard let firstDescription, text != firstDescription else { return }
        let theirs = Array(text.utf8), ours = Array(firstDescription.utf8)
        let common = zip(theirs, ours).prefix { $0 == $1 }.count
        refuse(.acceptRepeatsPreAccept, "the SDP differs from that of the pre-accept from byte \(common) on")
    }

    /// A rule whose breach Meta does not put up with.
    func refuse(_ rule: WhatsAppRule, _ detail: String) {
        report(rule, detail)
        fail(.invalidParameter("SDP: " + detail))
    }
}
