@testable import MediaCore
import Testing
import Wire

/// Learn once, and from somebody who can be believed.
@Suite struct AddressLatchTests {
    private let start = MonotonicInstant(nanoseconds: 1)
    private func address(_ text: String, _ port: UInt16) throws -> TransportAddress { try #require(TransportAddress(text, port: port)) }

    private func latch(
        _ announced: TransportAddress?, _ learning: EndpointLearning = .heuristic, isStrict: Bool = true, handover: Bool = false
    ) -> AddressLatch {
        var latch = AddressLatch()
        latch.configure(announced: announced, learning: learning, isStrict: isStrict, allowsHandover: handover)
        return latch
    }

    @Test func aPublicAddressIsNotLearntFromAStranger() throws {
        let peer = try address("203.0.113.9", 4000), stranger = try address("198.51.100.1", 4000)
        let latch = latch(peer)
        #expect(latch.admission(of: stranger, isAuthenticated: false, at: start) == .refused)
        #expect(latch.admission(of: stranger, isAuthenticated: true, at: start) == .admitted, "its SRTP tag will tell")
        #expect(latch.destination == peer)
    }

    @Test func theSDPsAddressWithAnotherPortIsLearntOnceAndThenStrict() throws {
        let peer = try address("203.0.113.9", 4000), translated = try address("203.0.113.9", 61_000), third = try address("203.0.113.9", 7)
        var latch = latch(peer)
        #expect(latch.admission(of: translated, isAuthenticated: false, at: start) == .admitted)
        latch.accepted(from: translated, isAuthenticated: false, at: start)
        #expect(latch.destination == translated)
        #expect(latch.admission(of: third, isAuthenticated: false, at: start) == .refused)
        #expect(latch.admission(of: third, isAuthenticated: true, at: start) == .refused, "strict means strict")
    }

    @Test func anAsymmetricPeerIsHeardFromAnywhereAndAnsweredWhereItListens() throws {
        let peer = try address("203.0.113.9", 4000), elsewhere = try address("203.0.113.70", 999)
        var latch = latch(peer, .off, isStrict: false)
        #expect(latch.admission(of: elsewhere, isAuthenticated: false, at: start) == .admitted)
        latch.accepted(from: elsewhere, isAuthenticated: false, at: start)
        #expect(latch.destination == peer)
        #expect(self.latch(peer, .off).admission(of: elsewhere, isAuthenticated: true, at: start) == .refused, "strict-source")
    }

    @Test func aBetterSourceReplacesAWorseOneWithinThreeSecondsOnly() throws {
        let peer = try address("10.0.0.9", 4000), nat = try address("198.51.100.1", 999)
        var early = latch(peer)
        early.accepted(from: nat, isAuthenticated: false, at: start)
        #expect(early.destination == nat, "a private address behind a NAT")
        var late = early
        #expect(early.admission(of: peer, isAuthenticated: false, at: start + .seconds(2)) == .admitted)
        early.accepted(from: peer, isAuthenticated: false, at: start + .seconds(2))
        #expect(early.destination == peer)
        #expect(late.admission(of: peer, isAuthenticated: false, at: start + .seconds(3)) == .refused)
        late.accepted(from: peer, isAuthenticated: false, at: start + .seconds(3))
        #expect(late.destination == nat)
    }

    @Test func withoutLearningTheSDPStands() throws {
        let peer = try address("203.0.113.9", 4000), other = try address("203.0.113.9", 4002)
        var latch = latch(peer, .off)
        #expect(latch.admission(of: other, isAuthenticated: true, at: start) == .refused)
        latch.accepted(from: other, isAuthenticated: true, at: start)
        #expect(latch.destination == peer)
    }

    @Test func delayedLearningWaits() throws {
        let peer = try address("203.0.113.9", 4000), other = try address("198.51.100.1", 4002)
        var latch = latch(peer, .delayed)
        latch.accepted(from: other, isAuthenticated: false, at: start)
        #expect(latch.destination == peer)
        latch.accepted(from: other, isAuthenticated: false, at: start + .seconds(3))
        #expect(latch.destination == other)
    }

    @Test func handoverFollowsAndANewSDPAddressStartsAnew() throws {
        let peer = try address("203.0.113.9", 4000), moved = try address("203.0.113.9", 4444), new = try address("203.0.113.10", 1)
        var latch = latch(peer, .heuristic, handover: true)
        latch.accepted(from: peer, isAuthenticated: false, at: start)
        latch.accepted(from: moved, isAuthenticated: false, at: start + .seconds(60))
        #expect(latch.destination == moved)
        latch.configure(announced: peer, learning: .heuristic, isStrict: true, allowsHandover: false)
        #expect(latch.destination == moved, "a re-offer with the same address leaves it alone")
        latch.configure(announced: new, learning: .heuristic, isStrict: true, allowsHandover: false)
        #expect(latch.destination == new)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.9.9", true), ("100.64.0.1", true),
        ("100.128.0.1", false), ("169.254.1.1", true), ("127.0.0.1", true), ("203.0.113.1", false), ("fd00::1", true), ("fe80::1", true),
        ("2001:db8::1", false), ("::1", true),
    ])
    func knowsPrivateAddresses(_ text: String, _ isPrivate: Bool) throws {
        #expect(try #require(IPAddress(text)).isPrivate == isPrivate)
    }
}
