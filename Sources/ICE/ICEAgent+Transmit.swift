public import Wire

extension ICEAgent {
    /// Writes the next datagram that is due: answers first, then the consent check, then checks.
    ///
    /// - Parameter buffer: at least `maximumMessageLength` bytes; a message that does not fit is dropped.
    /// - Returns: `nil` once nothing is left.
    public func drain(into buffer: MutableBytes) -> ICETransmit? {
        while !responses.isEmpty {
            let response = responses.removeFirst()
            if let length = write(response, into: buffer) { return transmit(length, by: response.pair) }
        }
        if let selected, selected.mustTransmit {
            self.selected?.mustTransmit = false
            if let keys = selected.keys, let length = writeConsentCheck(selected, keys, into: buffer) {
                return transmit(length, by: selected.pair)
            }
        }
        guard let remote else { return nil }
        for index in checklist.indices where checklist[index].mustTransmit {
            checklist[index].mustTransmit = false
            if let length = writeCheck(checklist[index], remote, into: buffer) { return transmit(length, by: checklist[index].pair) }
        }
        return nil
    }

    private func transmit(_ length: Int, by pair: ICEPair) -> ICETransmit {
        ICETransmit(length: length, slot: pair.slot, destination: pair.remote)
    }

    private func writeCheck(_ entry: CandidatePair, _ keys: RemoteKeys, into buffer: MutableBytes) -> Int? {
        writeCheck(entry.transactionID, keys, localPriority: entry.localPriority, nominates: entry.nominates, into: buffer)
    }

    /// USE-CANDIDATE is repeated for the pair in use: it changes nothing there, and a lite peer that sees us at a new
    /// address after a NAT lost its mapping knows from it which pair we mean.
    private func writeConsentCheck(_ selected: SelectedPair, _ keys: RemoteKeys, into buffer: MutableBytes) -> Int? {
        let nominates = isControlling && selected.generation == generation
        return writeCheck(selected.transactionID, keys, localPriority: selected.localPriority, nominates: nominates, into: buffer)
    }

    /// RFC 8445 section 7.1.
    private func writeCheck(
        _ transactionID: STUNMessage.TransactionID, _ keys: RemoteKeys, localPriority: UInt32, nominates: Bool, into buffer: MutableBytes
    ) -> Int? {
        var writer = STUNWriter(into: buffer, messageClass: .request, transactionID: transactionID)
        keys.username.withBytes { writer.append(.username, $0) }
        // The priority of the peer-reflexive candidate that this check may make of our address (section 7.1.1).
        writer.append(.priority, UInt32(ICECandidate.Kind.peerReflexive.typePreference) << 24 | localPriority & 0x00ff_ffff)
        writer.append(isControlling ? .controlling(tieBreaker: tieBreaker) : .controlled(tieBreaker: tieBreaker))
        if nominates { writer.append(.useCandidate) }
        keys.password.withBytes { writer.appendIntegrity(key: $0) }
        writer.appendFingerprint()
        return writer.finish()
    }

    private func write(_ response: PendingResponse, into buffer: MutableBytes) -> Int? {
        let messageClass: STUNMessage.Class = response.errorCode == nil ? .success : .error
        var writer = STUNWriter(into: buffer, messageClass: messageClass, transactionID: response.transactionID)
        if let errorCode = response.errorCode {
            writer.appendErrorCode(errorCode)
            if errorCode == 420 { writer.appendUnknownAttributes(response.unknownAttributes, count: response.unknownAttributeCount) }
        } else {
            writer.appendXORMappedAddress(response.pair.remote)
        }
        switch response.key {
        case .none: break
        case .current: local.password.withBytes { writer.appendIntegrity(key: $0) }
        case .previous: previousLocal?.password.withBytes { writer.appendIntegrity(key: $0) }
        }
        writer.appendFingerprint()
        return writer.finish()
    }
}
