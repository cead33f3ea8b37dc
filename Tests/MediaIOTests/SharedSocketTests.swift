@testable import MediaIO
import Testing
import Wire

/// Whose a datagram is: the tables of one port, without packets on a wire.
@Suite struct SharedSocketTests {
    private let pool: SharedPortPool
    private let socket: SharedSocket
    private let now = MonotonicInstant(nanoseconds: 0)
    private let voice = RelayCall.packet(1)

    init() throws {
        let own = PortPool(address: IPAddress(v4: 0x7f0f_0001), range: 20_000...20_999)
        pool = try SharedPortPool(own, SharedPortConfiguration(count: 1), workers: 1)
        socket = SharedSocket(pool.ports[0])
    }

    private func remote(_ number: UInt32) -> TransportAddress { TransportAddress(ip: IPAddress(v4: 0x9df0_0000 + number), port: 3478) }

    /// A call on the port, as the worker sees it.
    private func call(_ number: Int, _ ufrag: String, _ remotes: [TransportAddress] = []) throws -> (lease: SocketLease, holder: Int) {
        let lease = try pool.lease(worker: 0, ufrag: ufrag, remotes: remotes)
        let id = try #require(lease.shared?.id)
        return (lease, socket.attach(id, call: number, slot: 10 + number, at: now))
    }

    private func receive(_ bytes: [UInt8], from source: TransportAddress, at time: MonotonicInstant? = nil) -> SharedSocket.Verdict {
        bytes.withBytes { socket.receive($0, from: source, at: time ?? now) }
    }

    private func maySend(_ bytes: [UInt8], to destination: TransportAddress, _ holder: Int) -> Bool {
        bytes.withBytes { socket.maySend($0, to: destination, from: holder) }
    }

    @Test func theFragmentDecidesBeforeThePairIsChosen() throws {
        _ = try call(1, "aaaa")
        _ = try call(2, "bbbb")
        #expect(receive(STUNCheck.request(to: "aaaa"), from: remote(1)) == .call(1, slot: 11))
        #expect(receive(STUNCheck.request(to: "bbbb"), from: remote(1)) == .call(2, slot: 12))
        #expect(receive(STUNCheck.request(to: "cccc"), from: remote(1)) == .unknown)
        #expect(receive(voice, from: remote(1)) == .unknown)
    }

    @Test func whatIsSentToIsHeardFromAndNobodyElseGetsIt() throws {
        let first = try call(1, "aaaa")
        let second = try call(2, "bbbb")
        #expect(maySend(voice, to: remote(1), first.holder))
        #expect(receive(voice, from: remote(1)) == .call(1, slot: 11))
        #expect(!maySend(voice, to: remote(1), second.holder))
        #expect(maySend(voice, to: remote(2), second.holder))
        #expect(receive(voice, from: remote(2)) == .call(2, slot: 12))
        // The address is the first call's, whatever fragment a check from there names.
        #expect(receive(STUNCheck.request(to: "bbbb"), from: remote(1)) == .unknown)
        #expect(receive(STUNCheck.request(to: "aaaa"), from: remote(1)) == .call(1, slot: 11))
        // And the lease's candidates are its own before anything is sent there.
        let third = try call(3, "cccc", [remote(3)])
        #expect(receive(voice, from: remote(3)) == .call(3, slot: 13))
        #expect(receive(STUNCheck.request(to: "aaaa"), from: remote(3)) == .unknown)
        #expect(!maySend(voice, to: remote(3), first.holder))
        #expect(maySend(voice, to: remote(3), third.holder))
    }

    @Test func aStrangerGetsNothingUntilItHasShownThePassword() throws {
        let call = try call(1, "aaaa")
        #expect(!maySend(STUNCheck.refusal(), to: remote(1), call.holder))
        #expect(receive(voice, from: remote(1)) == .unknown)
        #expect(pool.ports[0].claimed == 0)
        #expect(maySend(STUNCheck.success(), to: remote(1), call.holder))
        #expect(maySend(STUNCheck.refusal(), to: remote(1), call.holder))
        #expect(receive(voice, from: remote(1)) == .call(1, slot: 11))
    }

    @Test func theEndOfACallFreesItsAddressesAndLeavesTheOthers() throws {
        let first = try call(1, "aaaa")
        let second = try call(2, "bbbb")
        #expect(maySend(voice, to: remote(1), first.holder) && maySend(voice, to: remote(2), second.holder))
        socket.detach(first.holder)
        first.lease.close()
        #expect(receive(voice, from: remote(1)) == .unknown)
        #expect(receive(STUNCheck.request(to: "aaaa"), from: remote(1)) == .unknown)
        #expect(receive(voice, from: remote(2)) == .call(2, slot: 12))
        let third = try call(3, "cccc")
        #expect(third.holder == first.holder)
        #expect(maySend(voice, to: remote(1), third.holder))
        #expect(receive(voice, from: remote(1)) == .call(3, slot: 13))
    }

    @Test func aRestartAddsAFragment() throws {
        let call = try call(1, "aaaa")
        #expect(call.lease.reserve(ufrag: "cccc", remotes: []) != nil)
        #expect(receive(STUNCheck.request(to: "cccc"), from: remote(1)) == .unknown)
        socket.refresh(call.holder)
        for name in ["aaaa", "cccc"] { #expect(receive(STUNCheck.request(to: name), from: remote(1)) == .call(1, slot: 11)) }
    }

    @Test func aReservationCountsFromTheNextPlanOnAndNotAfterItsEnd() throws {
        let first = try call(1, "aaaa")
        let reservation = try #require(first.lease.reserve(ufrag: "aaaa", remotes: [remote(1)]))
        #expect(receive(voice, from: remote(1)) == .unknown)
        socket.refresh(first.holder)
        #expect(receive(voice, from: remote(1)) == .call(1, slot: 11))
        // The request failed after all, and another call has the address before this one's next plan.
        reservation.giveBack()
        let second = try call(2, "bbbb", [remote(1)])
        #expect(receive(voice, from: remote(1)) == .call(2, slot: 12))
        #expect(!maySend(voice, to: remote(1), first.holder))
        socket.refresh(first.holder)
        #expect(receive(voice, from: remote(1)) == .call(2, slot: 12))
        socket.detach(second.holder)
        #expect(receive(voice, from: remote(1)) == .unknown)
    }

    @Test func addressesInUseAreBoundedAndTheOldestGoes() throws {
        let first = try call(1, "aaaa")
        for number in 0...UInt32(SharedSocket.maximumInUse) { #expect(maySend(voice, to: remote(number), first.holder)) }
        #expect(pool.ports[0].claimed == SharedSocket.maximumInUse)
        #expect(receive(voice, from: remote(0)) == .unknown)
        #expect(receive(voice, from: remote(1)) == .call(1, slot: 11))
        #expect(maySend(voice, to: remote(0), first.holder))
        #expect(receive(voice, from: remote(0)) == .call(1, slot: 11))
        #expect(receive(voice, from: remote(1)) == .unknown)
    }

    @Test func aFloodedCallLeavesThePortToTheOthers() throws {
        let first = try call(1, "aaaa")
        let second = try call(2, "bbbb")
        #expect(maySend(voice, to: remote(1), first.holder) && maySend(voice, to: remote(2), second.holder))
        for _ in 0..<SharedSocket.share { #expect(receive(voice, from: remote(1)) == .call(1, slot: 11)) }
        #expect(receive(voice, from: remote(1)) == .excess)
        #expect(receive(voice, from: remote(2)) == .call(2, slot: 12))
        #expect(receive(voice, from: remote(1), at: now + SharedSocket.shareTime) == .call(1, slot: 11))
    }

    @Test func strangersCannotUseUpACallsShare() throws {
        let call = try call(1, "aaaa")
        #expect(maySend(voice, to: remote(1), call.holder))
        let verdicts = (0..<1000).map { receive(STUNCheck.request(to: "aaaa"), from: remote(100 + $0)) }
        #expect(verdicts.filter { $0 == .call(1, slot: 11) }.count == SharedSocket.strangersShare)
        #expect(receive(voice, from: remote(1)) == .call(1, slot: 11))
    }
}
