import ICE
import LateHandshakes
import MediaCore
import RTP
import SRTP
import Testing
import Wire

/// A second DTLS association on a leg that has one: another certificate or other roles in a later description.
@Suite struct HandshakeTests {
    // MARK: - A new one

    /// A transfer: the new peer has its own certificate. The former keys serve until the new ones are there.
    @Test(arguments: [true, false], [false, true])
    func anotherFingerprintIsAnotherAssociation(_ isClient: Bool, isApart: Bool) throws {
        let first = try SecurePeer(isClient: isClient), second = try SecurePeer(isClient: isClient)
        let call = PlainCall(handshakesApart: isApart) { $0.media[1].transport.security = first.security }
        first.shakeHands(with: call)
        call.talk(from: 0, 0..<10)
        #expect(first.opens(call.sent[1]) == 10)
        // A server repeats its last flight, to the peer of that association.
        call.handshakes.removeAll()

        call.apply { $0.media[1].transport.security = second.security }
        #expect(!call.call.statistics().media[1].dtlsIsVerified && call.call.statistics().media[1].isReady)
        call.talk(from: 0, 10..<20)
        #expect(first.opens(call.sent[1].dropFirst(10)) == 10, "the former keys serve meanwhile")
        call.receive(try #require(first.packet(1)), on: 1, from: PlainCall.addresses[1])
        #expect(call.sent[0].count == 1)

        second.shakeHands(with: call)
        call.talk(from: 0, 20..<30)
        #expect(second.opens(call.sent[1].dropFirst(20)) == 10 && first.opens(call.sent[1].dropFirst(20)) == 0)
        call.receive(try #require(first.packet(2)), on: 1, from: PlainCall.addresses[1])
        #expect(call.sent[0].count == 1, "what the former peer still sends is not heard")
        call.receive(try #require(second.packet(3)), on: 1, from: PlainCall.addresses[1])
        #expect(call.sent[0].count == 2)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(Set(call.sent[1].map(\.header.ssrc)).count == 1)
        #expect(call.events.filter { $0 == .dtlsConnected(media: 1) }.count == 2)
    }

    /// Same certificate, other roles (RFC 8842 section 4).
    @Test(arguments: [false, true]) func otherRolesAreAnotherAssociation(isApart: Bool) throws {
        let first = try SecurePeer(isClient: false)
        let call = PlainCall(handshakesApart: isApart) { $0.media[1].transport.security = first.security }
        first.shakeHands(with: call)
        let second = try SecurePeer(isClient: true, certificate: first.certificate)
        call.apply { $0.media[1].transport.security = second.security }
        second.shakeHands(with: call)
        call.talk(from: 0, 0..<10)
        #expect(second.opens(call.sent[1]) == 10)
    }

    /// The former peer's certificate does not do for the new association, and nothing is sent or heard under it.
    @Test(arguments: [false, true]) func aWrongCertificateEndsTheMedia(isApart: Bool) throws {
        let first = try SecurePeer(isClient: false), other = try SecurePeer(isClient: false)
        let call = PlainCall(handshakesApart: isApart) { $0.media[1].transport.security = first.security }
        first.shakeHands(with: call)
        call.apply { $0.media[1].transport.security = other.security }
        let impostor = try SecurePeer(isClient: false, certificate: first.certificate)
        impostor.shakeHands(with: call)
        call.talk(from: 0, 0..<10)
        #expect(call.sent[1].isEmpty && call.events.contains(.dtlsFailed(media: 1, .fingerprintMismatch)))
        // The next description may be right again.
        let third = try SecurePeer(isClient: false)
        call.apply { $0.media[1].transport.security = third.security }
        third.shakeHands(with: call)
        call.talk(from: 0, 10..<60)
        #expect(third.opens(call.sent[1][...]) == call.sent[1].count && call.sent[1].count >= 30)
    }

    // MARK: - The same one

    /// Hold, a new codec, an offer of ours that leaves the role open: the association stays, with its keys and its roll-over counter.
    @Test(arguments: [false, true]) func theSameFingerprintKeepsTheAssociation(isApart: Bool) throws {
        let peer = try SecurePeer(isClient: false)
        let call = PlainCall(handshakesApart: isApart) { $0.media[1].transport.security = peer.security }
        peer.shakeHands(with: call)
        call.talk(from: 0, 0..<10)
        #expect(peer.opens(call.sent[1][...]) == 10)
        for role in [DTLSPlan.Role.undecided, .client] {
            call.apply {
                $0.media[1].transport.security = peer.security(as: role)
                $0.mediaTimeout = $0.mediaTimeout + .seconds(1)
            }
            call.run(milliseconds: 2000)
            #expect(call.handshakes.isEmpty)
        }
        call.talk(from: 0, 220..<230)
        #expect(peer.opens(call.sent[1].dropFirst(10)) == 10)
        #expect(call.call.statistics().media[1].dtlsIsVerified)
    }

    // MARK: - With ICE

    /// The new peer is elsewhere and ICE restarts: the new handshake waits for the new pair, because at the end of the old
    /// one sits the peer of the former association.
    @Test(arguments: [false, true]) func theHandshakeWaitsForTheNewPair(isApart: Bool) throws {
        let first = try SecurePeer(isClient: false), second = try SecurePeer(isClient: false)
        let elsewhere = TransportAddress(ip: IPAddress(v4: 0xc000_0299), port: 7000)
        let firstICE = LitePeer(PlainCall.addresses[1]), secondICE = LitePeer(elsewhere)
        let call = PlainCall(handshakesApart: isApart) {
            $0.media[1].transport.security = first.security
            $0.media[1].transport.ice = firstICE.plan(ufrag: "one1")
        }
        firstICE.check(call, ufrag: "one1")
        first.shakeHands(with: call)
        call.talk(from: 0, 0..<10)
        #expect(first.opens(call.sent[1][...]) == 10)

        call.apply {
            $0.media[1].transport.security = second.security
            $0.media[1].transport.ice = secondICE.plan(ufrag: "two2")
        }
        call.run(milliseconds: 300)
        #expect(!call.handshakes.contains { PacketKind.classify($0.bytes) == .dtls }, "nothing before the new pair")
        secondICE.check(call, ufrag: "two2")
        #expect(call.handshakes.allSatisfy { PacketKind.classify($0.bytes) != .dtls || $0.to == elsewhere })
        let before = call.sent[1].count
        call.talk(from: 0, 60..<70)
        #expect(call.sent[1].count == before, "nobody at the new address has the former keys: what is said is kept")
        second.shakeHands(with: call, at: elsewhere)
        #expect(call.call.statistics().media[1].dtlsIsVerified && call.call.statistics().media[1].remoteRTP == elsewhere)
        call.run(milliseconds: 1000)
        #expect(call.sent[1].count >= before + 9 && second.opens(call.sent[1].dropFirst(before)) == call.sent[1].count - before)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }
}

extension PacketKind {
    fileprivate static func classify(_ bytes: [UInt8]) -> PacketKind { bytes.withBytes { classify($0) } }
}

/// Who sits at the other end of a secured leg.
private final class SecurePeer {
    let certificate: DTLSCertificate
    private let isClient: Bool
    private let endpoint: DTLSEndpoint
    private var inbound: SRTPTransform?
    private var outbound: SRTPTransform?

    /// The call's own certificate.
    private let ours: DTLSCertificate

    private static let certificateOfCalls = Result { try DTLSCertificate.generate() }

    init(isClient: Bool, certificate: DTLSCertificate? = nil) throws {
        self.isClient = isClient
        self.certificate = try certificate ?? DTLSCertificate.generate()
        ours = try Self.certificateOfCalls.get()
        endpoint = try DTLSEndpoint(
            certificate: self.certificate, isClient: isClient, remoteFingerprint: ours.fingerprint(.sha256))
    }

    /// Of the leg toward this peer.
    var security: SecurityPlan { security(as: isClient ? .server : .client) }

    func security(as role: DTLSPlan.Role) -> SecurityPlan {
        .dtls(DTLSPlan(role: role, certificate: ours, remoteFingerprint: certificate.fingerprint(.sha256)))
    }

    /// Carries the flights of both sides until nobody has any more.
    func shakeHands(with call: PlainCall, at address: TransportAddress = PlainCall.addresses[1]) {
        endpoint.start(at: call.now)
        var room = [UInt8](repeating: 0, count: 2048)
        for _ in 0..<10 {
            call.run(milliseconds: call.late.nextDeadline == .distantFuture ? 0 : 1)
            while let length = room.withMutableBytes({ endpoint.drain(into: $0) }) {
                call.receive(Array(room.prefix(length)), on: 1, from: address)
            }
            for flight in call.handshakes where PacketKind.classify(flight.bytes) == .dtls && flight.to == address {
                _ = flight.bytes.withBytes { endpoint.receive($0, at: call.now) }
            }
            call.handshakes.removeAll()
        }
        guard let keys = endpoint.keys else { return }
        inbound = try? SRTPTransform.make(keys.remote, direction: .inbound)
        outbound = try? SRTPTransform.make(keys.local, direction: .outbound)
    }

    /// How many of the packets are under this peer's keys.
    func opens(_ packets: some Sequence<PlainCall.Sent>) -> Int {
        packets.filter { packet in
            var bytes = packet.bytes
            guard let inbound, case .success = bytes.withMutableBytes({ inbound.unprotectRTP($0) }) else { return false }
            return true
        }.count
    }

    /// A packet of audio under this peer's keys.
    func packet(_ sequence: UInt16) -> [UInt8]? {
        let header = RTPHeader(payloadType: 0, marker: false, sequenceNumber: sequence, timestamp: UInt32(sequence) * 160, ssrc: 5)
        var bytes = [UInt8](repeating: 0x90, count: 172) + Array(repeating: 0, count: 32)
        let length = bytes.withMutableBytes { room in
            header.write(to: room) ? outbound?.protectRTP(room, length: 172) : nil
        }
        return length.map { Array(bytes.prefix($0)) }
    }
}

/// An ICE-lite end.
private final class LitePeer {
    private let address: TransportAddress
    private let agent: ICEAgent
    private let credentials: ICECredentials

    init(_ address: TransportAddress) {
        self.address = address
        credentials = ICECredentials(ufrag: "peer\(address.port)", password: "peer-peer-peer-peer-peer-\(address.port)")
        agent = ICEAgent(localCredentials: credentials, isControlling: false, isLite: true, tieBreaker: 1, seed: 1)
        agent.setLocalCandidates([LocalCandidate(slot: 1, address: address, priority: 1)])
    }

    private func ours(_ ufrag: String) -> ICECredentials { ICECredentials(ufrag: ufrag, password: "ours-ours-ours-ours-ours-\(ufrag)") }

    func plan(ufrag: String) -> ICEPlan {
        let candidate = ICECandidate(foundation: "1", component: 1, priority: 1, address: address, kind: .host)
        return ICEPlan(
            localCredentials: ours(ufrag), remoteCredentials: credentials, remoteCandidates: [candidate], isControlling: true,
            remoteIsLite: true, tieBreaker: 2)
    }

    /// Answers the checks of the call until its pair is nominated.
    func check(_ call: PlainCall, ufrag: String) {
        agent.setRemote(credentials: ours(ufrag), candidates: [], isLite: false, at: call.now)
        let local = TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: 30_002)
        var room = [UInt8](repeating: 0, count: 2048)
        for _ in 0..<30 {
            let checks = call.handshakes.filter { PacketKind.classify($0.bytes) == .stun }
            call.handshakes.removeAll { PacketKind.classify($0.bytes) == .stun }
            for check in checks where check.to == address {
                _ = check.bytes.withBytes { agent.receive($0, slot: 1, from: local, at: call.now) }
            }
            while let message = room.withMutableBytes({ agent.drain(into: $0) }) {
                call.receive(Array(room.prefix(message.length)), on: 1, from: address)
            }
            while agent.nextEvent() != nil {}
            call.run(milliseconds: 10)
        }
    }
}
