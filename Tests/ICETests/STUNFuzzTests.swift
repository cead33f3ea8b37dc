import Fuzzing
import ICE
import Testing
import Wire

/// Seeded mutation of well-formed messages: parsing never traps, every window lies inside the datagram, and what is read
/// can be written again.
@Suite struct STUNFuzzTests {
    /// The seeds, and below them inputs that once were worth keeping.
    static let corpus: [[UInt8]] = [
        RFC5769.request, RFC5769.responseV4, RFC5769.responseV6, RFC5769.longTermRequest,
        STUNSamples.check(username: "abcd:efgh", password: "0123456789012345678901", usesCandidate: true),
        STUNSamples.check(username: "abcd:efgh", password: "0123456789012345678901", role: .controlled(tieBreaker: 7), unknown: 0x7ffe),
        STUNSamples.written(.error) { writer in
            writer.appendErrorCode(420)
            writer.appendUnknownAttributes(SIMD4(0x7ffe, 1, 2, 3), count: 4)
            writer.appendFingerprint()
        } ?? [],
        STUNSamples.message(type: 0x0011, []),
        // Length 0xffff in the header; an attribute of length 0xffff; one that ends between two words; a lone attribute header.
        RFC5769.bytes("0001ffff2112a442000000000000000000000000"),
        RFC5769.bytes("000100042112a442000000000000000000000000 0006ffff"),
        RFC5769.bytes("000100082112a442000000000000000000000000 00060001 41000000"),
        RFC5769.bytes("000100042112a442000000000000000000000000 00080014"),
        RFC5769.bytes("000100042112a442000000000000000000000000 00250000"),
        RFC5769.bytes("010100082112a442000000000000000000000000 00200004 00010000"),
    ]

    @Test func parserHoldsItsInvariants() {
        var mutator = Mutator(seed: 0x5757, corpus: Self.corpus, repair: STUNSamples.repairLength)
        var parsed = 0
        for _ in 0..<20_000 {
            let input = mutator.next()
            input.withBytes { datagram in
                guard let message = STUNMessage.parse(datagram) else { return }
                parsed += 1
                #expect(datagram.count >= 20 && datagram.count % 4 == 0)
                for window in [message.username, message.software].compactMap({ $0 }) where window.count > 0 {
                    #expect(isInside(window, datagram))
                }
                #expect(message.errorCode.map { (300...699).contains($0) } ?? true)
                #expect(message.unknownAttributeCount <= STUNMessage.maximumUnknownAttributes)
                #expect(roundTrips(message))
                _ = RFC5769.password.withBytes { message.isAuthentic(key: $0) }
            }
        }
        #expect(parsed > 500) // else the mutations do not reach the attributes
    }

    /// No mutation of a signed check makes an agent believe what the signer did not say.
    @Test func agentBelievesNoMutation() {
        let local = ICECredentials(ufrag: "abcd", password: "0123456789012345678901")
        let agent = ICEAgent(localCredentials: local, isControlling: true, tieBreaker: 9, seed: 1)
        let address = TransportAddress(ip: IPAddress(v4: 0x0a00_0001), port: 5000)
        agent.setLocalCandidates([LocalCandidate(slot: 0, address: address, priority: 1)])
        let genuine = STUNSamples.check(username: "abcd:efgh", password: local.password, role: .controlled(tieBreaker: 7))
        var mutator = Mutator(seed: 0xabcd, corpus: [genuine, STUNSamples.withoutFingerprint(genuine)], repair: STUNSamples.repairLength)
        var buffer = [UInt8](repeating: 0, count: ICEAgent.maximumMessageLength)
        for step in 0..<10_000 {
            let source = TransportAddress(ip: IPAddress(v4: 0x0a00_0002), port: UInt16(truncatingIfNeeded: step))
            let input = mutator.next()
            let result = input.withBytes { agent.receive($0, slot: 0, from: source, at: MonotonicInstant(nanoseconds: Int64(step))) }
            let isGenuine = input.withBytes { datagram in
                guard let message = STUNMessage.parse(datagram) else { return false }
                return Array(local.password.utf8).withBytes { message.isAuthentic(key: $0) }
            }
            #expect(agent.isKnownSource(source, slot: 0) == (result == .accepted && isGenuine))
            while buffer.withMutableBytes({ agent.drain(into: $0) }) != nil {}
        }
        #expect(agent.isControlling)
        #expect(agent.state == .new)
    }

    private func isInside(_ window: Bytes, _ datagram: Bytes) -> Bool {
        guard let start = window.base, let whole = datagram.base else { return false }
        return start >= whole && start + window.count <= whole + datagram.count
    }

    private func roundTrips(_ message: STUNMessage) -> Bool {
        let written = STUNSamples.written(message.messageClass, transactionID: message.transactionID, capacity: 70_000) { writer in
            if let username = message.username { writer.append(.username, username) }
            if let priority = message.priority { writer.append(.priority, priority) }
            if let role = message.role { writer.append(role) }
            if let address = message.xorMappedAddress { writer.appendXORMappedAddress(address) }
            if let errorCode = message.errorCode { writer.appendErrorCode(errorCode) }
            writer.appendFingerprint()
        }
        guard let written else { return false }
        return written.withBytes { bytes in
            guard let again = STUNMessage.parse(bytes) else { return false }
            return again.username?.array == message.username?.array && again.priority == message.priority
                && again.role == message.role && again.xorMappedAddress == message.xorMappedAddress
                && again.errorCode == message.errorCode
        }
    }
}
