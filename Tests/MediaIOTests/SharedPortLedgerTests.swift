@testable import MediaIO
import Testing
import Wire

@Suite struct SharedPortLedgerTests {
    private func remote(_ number: UInt32) -> TransportAddress { TransportAddress(ip: IPAddress(v4: 0x9df0_0000 + number), port: 3478) }
    private let ledger = Ledger()
    private let start = MonotonicInstant(nanoseconds: 0)

    @Test func anAddressHasOneLease() throws {
        #expect(ledger.open("aaaa", [remote(1), remote(2)]) != nil)
        #expect(ledger.open("bbbb", [remote(3), remote(2)]) == nil)
        #expect(ledger.claimed == 2 && ledger.load == 1)
        #expect(ledger.open("bbbb", [remote(3)]) != nil)
    }

    @Test func aFragmentHasOneLease() throws {
        #expect(ledger.open("aaaa", []) != nil)
        #expect(ledger.open("aaaa", []) == nil)
        #expect(ledger.open("bbbb", []) != nil)
        #expect(ledger.load == 2)
    }

    @Test func anAdditionIsWholeOrNothing() throws {
        let first = try #require(ledger.open("aaaa", [remote(1)]))
        let second = try #require(ledger.open("bbbb", []))
        #expect(ledger.add("bbbb", [remote(2), remote(1)], to: second) == nil)
        #expect(ledger.add("aaaa", [remote(2)], to: second) == nil)
        #expect(ledger.claimed == 1)
        #expect(ledger.has(second, ["bbbb"]))
        let addition = try #require(ledger.add("aaab", [remote(1), remote(2)], to: first))
        #expect(addition.addresses == [remote(2)])
        #expect(ledger.has(first, ["aaaa", "aaab"]))
        ledger.remove(addition, from: first)
        #expect(ledger.claimed == 1)
        #expect(ledger.has(first, ["aaaa"]))
        #expect(ledger.add("aaab", [remote(2)], to: second) != nil)
    }

    @Test func whatCameIntoUseOutlivesTheRequestThatReservedIt() throws {
        let lease = try #require(ledger.open("aaaa", []))
        let addition = try #require(ledger.add("aaaa", [remote(1), remote(2)], to: lease))
        #expect(ledger.use(remote(1), by: lease))
        ledger.remove(addition, from: lease)
        #expect(ledger.open("bbbb", [remote(1)]) == nil)
        #expect(ledger.open("bbbb", [remote(2)]) != nil)
    }

    @Test func anEndFreesEverything() throws {
        let lease = try #require(ledger.open("aaaa", [remote(1)]))
        #expect(ledger.use(remote(2), by: lease))
        let other = try #require(ledger.open("bbbb", []))
        #expect(!ledger.use(remote(1), by: other) && !ledger.use(remote(2), by: other))
        ledger.close(lease, at: start)
        #expect(ledger.claimed == 0 && ledger.load == 1)
        #expect(ledger.use(remote(1), by: other) && ledger.use(remote(2), by: other))
        // Too late for the one that is over.
        #expect(!ledger.use(remote(3), by: lease))
        #expect(ledger.add("aaaa", [], to: lease) == nil)
    }

    @Test func anAddressThatACallHasJustLeftIsRemembered() throws {
        let lease = try #require(ledger.open("aaaa", [remote(1), remote(2)]))
        #expect(ledger.use(remote(1), by: lease))
        ledger.close(lease, at: start)
        #expect(ledger.left([remote(1), remote(2)], at: start + .seconds(1)) == start)
        #expect(ledger.left([remote(2)], at: start + .seconds(1)) == nil) // reserved and never sent to
        #expect(ledger.left([remote(1)], at: start + .seconds(31)) == nil)
    }

    @Test func reservationsAreBounded() throws {
        let lease = try #require(ledger.open("aaaa", (0..<100).map { remote($0) }))
        #expect(ledger.claimed == SharedPortLedger.maximumReserved)
        #expect(ledger.use(remote(0), by: lease))
        // New candidates push out old ones, but none that is in use.
        #expect(ledger.add("aaaa", (200..<232).map { remote($0) }, to: lease) != nil)
        #expect(ledger.claimed == SharedPortLedger.maximumReserved + 1)
        #expect(ledger.open("bbbb", [remote(0)]) == nil)
        #expect(ledger.open("cccc", [remote(231)]) == nil)
        #expect(ledger.open("dddd", [remote(1)]) != nil)
    }

    @Test func fragmentsAreBounded() throws {
        let lease = try #require(ledger.open("aaaa", []))
        for name in ["bbbb", "cccc", "dddd", "eeee"] { #expect(ledger.add(name, [], to: lease) != nil) }
        #expect(ledger.has(lease, ["bbbb", "cccc", "dddd", "eeee"]))
        #expect(SharedPortLedger.maximumFragments == 4)
        #expect(ledger.open("bbbb", []) == nil)
        #expect(ledger.open("aaaa", []) != nil)
    }

    @Test func nothingIsLeasedOnAClosedPort() throws {
        ledger.shut()
        #expect(ledger.open("aaaa", []) == nil)
    }
}

/// A ledger with fragments as text.
private final class Ledger {
    private var ledger = SharedPortLedger()

    var load: Int { ledger.load }
    var claimed: Int { ledger.claimed }

    func open(_ name: String, _ remotes: [TransportAddress]) -> UInt64? { ICEFragment(name).flatMap { ledger.open($0, remotes) } }
    func add(_ name: String, _ remotes: [TransportAddress], to lease: UInt64) -> SharedPortLedger.Addition? {
        ICEFragment(name).flatMap { ledger.add($0, remotes, to: lease) }
    }
    func remove(_ addition: SharedPortLedger.Addition, from lease: UInt64) { ledger.remove(addition, from: lease) }
    func close(_ lease: UInt64, at now: MonotonicInstant) { ledger.close(lease, at: now) }
    func use(_ address: TransportAddress, by lease: UInt64) -> Bool { ledger.use(address, by: lease) }
    func left(_ remotes: [TransportAddress], at now: MonotonicInstant) -> MonotonicInstant? { ledger.left(remotes, at: now) }
    func has(_ lease: UInt64, _ names: [String]) -> Bool { ledger.keys(of: lease).fragments == names.compactMap { ICEFragment($0) } }
    func shut() { ledger.shut() }
}
