import ICE
@testable import MediaCore
import SRTP
import Testing
import Wire

/// A transport whose plan changes in kind between two descriptions.
@Suite struct TransportPlanTests {
    private static let socket = LocalSocket(slot: 0, local: address(30_000), advertised: address(30_000))
    private let now = MonotonicInstant(nanoseconds: 1_000_000_000)

    private static func address(_ port: UInt16) -> TransportAddress { TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: port) }

    private func plan(_ security: SecurityPlan = .none, ice: ICEPlan? = nil) -> Boxed<TransportPlan> {
        Boxed(wrappedValue: TransportPlan(
            rtpSockets: [Self.socket], rtcpMux: true, remoteRTP: TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: 3480),
            ice: ice, security: security))
    }

    /// The sockets are the same as before; the agent is new and has to be told of them.
    @Test func iceThatComesLaterSendsItsChecks() {
        let transport = Transport()
        transport.apply(plan(), seed: 1, at: now)
        let remote = ICECandidate(
            foundation: "1", component: 1, priority: 2_113_937_151,
            address: TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: 3480), kind: .host)
        let ice = ICEPlan(
            localCredentials: ICECredentials(ufrag: "abcd", password: "0123456789abcdefghijkl"),
            remoteCredentials: ICECredentials(ufrag: "efgh", password: "0123456789abcdefghijkl"), remoteCandidates: [remote],
            isControlling: true, remoteIsLite: true, tieBreaker: 5)
        transport.apply(plan(ice: ice), seed: 1, at: now)
        var room = [UInt8](repeating: 0, count: 2048)
        transport.handleDeadline(at: now)
        let sent = room.withMutableBytes { transport.ice?.drain(into: $0) }
        #expect(sent?.slot == 0)
    }

    /// DTLS, then plain RTP, then DTLS again: the second handshake begins as the first did.
    @Test func aSecondHandshakeBegins() throws {
        let certificate = try DTLSCertificate.generate()
        let security = SecurityPlan.dtls(DTLSPlan(role: .client, certificate: certificate))
        let transport = Transport()
        var room = [UInt8](repeating: 0, count: 2048)
        for _ in 0..<2 {
            transport.apply(plan(security), seed: 1, at: now)
            transport.startDTLSIfPossible(at: now)
            #expect(room.withMutableBytes { transport.handshake?.drain(into: $0) } != nil)
            transport.apply(plan(), seed: 1, at: now)
            #expect(transport.isReady)
        }
    }
}
