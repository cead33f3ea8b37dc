import ICE
import Wire

/// Which checks Meta takes for nominations: that of the first pair on which a plain check has been answered, and no other.
struct NominationGate {
    private var answered: Set<TransportAddress> = []
    private(set) var nominated: TransportAddress?

    mutating func answer(_ check: STUNMessage, from source: TransportAddress) {
        if check.usesCandidate { nominated = source } else { answered.insert(source) }
    }

    /// The rule that a nomination from there breaks.
    func objection(to source: TransportAddress) -> WhatsAppRule? {
        if let nominated { return nominated == source ? nil : .pairNeverChanges }
        return answered.contains(source) ? nil : .regularNomination
    }
}

extension WhatsAppEndpoint {
    func receiveSTUN(_ message: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        guard let ice = transport.ice else { return report(.sdesAnswer, "STUN on an SDES call") }
        if configuration.delaysICE, now < transport.dtlsBegins ?? .distantFuture { return }
        message.withBytes { bytes in
            guard let stun = STUNMessage.parse(bytes), isWelcome(stun, from: source) else { return }
            let result = ice.receive(bytes, slot: 0, from: source, at: now)
            if result == .accepted, stun.messageClass == .request { gate.answer(stun, from: source) }
        }
        transport.pumpICE(at: now)
        if ice.selectedPair != nil {
            iceConnected = iceConnected ?? now
            transport.startDTLS(at: now)
        }
        noteProgress(at: now)
    }

    /// What is not welcome is not answered.
    private func isWelcome(_ message: STUNMessage, from source: TransportAddress) -> Bool {
        guard message.messageClass == .request else { return true }
        if case .controlled = message.role {
            report(.controllingRole, "a check with ICE-CONTROLLED from \(source)")
            return false
        }
        guard message.usesCandidate, let rule = gate.objection(to: source) else { return true }
        report(rule, "USE-CANDIDATE from \(source)")
        return false
    }
}
