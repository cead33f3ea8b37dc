@testable import MediaIO
import Testing
import Wire

/// Each test has a loopback address to itself.
@Suite struct SharedPortPoolTests {
    private func ports(_ host: Int, _ range: ClosedRange<UInt16> = 20_000...20_099) throws -> PortPool {
        PortPool(address: try #require(IPAddress("127.14.0.\(host)")), range: range)
    }

    private func pool(_ host: Int, count: Int = 2, workers: Int = 1) throws -> SharedPortPool {
        try SharedPortPool(try ports(host), SharedPortConfiguration(count: count), workers: workers)
    }

    private func remote(_ number: UInt32) -> TransportAddress { TransportAddress(ip: IPAddress(v4: 0x9df0_0000 + number), port: 3478) }

    @Test func theFirstFreePortsOfTheRange() throws {
        let other = try #require(UDPPeer("127.14.0.1", port: 20_001))
        let own = try ports(1)
        let pool = try SharedPortPool(own, SharedPortConfiguration(count: 3), workers: 2)
        #expect(pool.ports.map(\.address.port) == [20_000, 20_002, 20_003])
        #expect(pool.ports.map(\.worker) == [0, 1, 0])
        #expect(own.used == 3)
        _ = other
    }

    @Test func ordinaryCallsDoNotGetThem() throws {
        let own = try ports(2, 20_000...20_003)
        let pool = try SharedPortPool(own, SharedPortConfiguration(count: 2), workers: 1)
        let leases = [try own.lease(), try own.lease()]
        #expect(Set(leases.map(\.address.port)) == [20_002, 20_003])
        #expect(throws: PortPoolError.exhausted) { try own.lease() }
        #expect(pool.ports.count == 2)
    }

    @Test func whatCannotBeOpenedSaysWhy() throws {
        #expect(throws: SharedPortError.fewerThanWorkers(ports: 2, workers: 3)) { try self.pool(3, count: 2, workers: 3) }
        let small = try ports(3, 20_000...20_002)
        #expect(throws: SharedPortError.tooFewFree(found: 3, wanted: 4)) {
            try SharedPortPool(small, SharedPortConfiguration(count: 4), workers: 1)
        }
        #expect(small.used == 0)
        #expect(SharedPortError.fewerThanWorkers(ports: 2, workers: 3).description.contains("2 ports are too few for 3 threads"))
    }

    @Test func sameRemoteOtherPortOtherRemoteLeastLoaded() throws {
        let pool = try pool(4)
        let first = try pool.lease(worker: 0, ufrag: "aaaa", remotes: [remote(1)])
        let second = try pool.lease(worker: 0, ufrag: "bbbb", remotes: [remote(1), remote(2)])
        #expect(first.address.port != second.address.port)
        #expect(throws: PortPoolError.exhausted) { try pool.lease(worker: 0, ufrag: "cccc", remotes: [remote(1)]) }
        let third = try pool.lease(worker: 0, ufrag: "cccc", remotes: [remote(2)])
        #expect(third.address.port == first.address.port)
        let fourth = try pool.lease(worker: 0, ufrag: "dddd", remotes: [remote(3)])
        #expect(fourth.address.port == second.address.port)
        // Without candidates the fragment decides, so any port will do.
        _ = try pool.lease(worker: 0, ufrag: "eeee", remotes: [])
        let leases = [first, second, third, fourth]
        #expect(leases.allSatisfy { $0.isShared })
        for lease in leases { lease.close() }
        #expect(pool.ports.allSatisfy { $0.load == 0 && $0.claimed == 0 })
    }

    @Test func eachWorkerHasItsOwn() throws {
        let pool = try pool(5, count: 4, workers: 2)
        for worker in 0..<2 {
            let leases = try ["a", "b"].map { name in try pool.lease(worker: worker, ufrag: "\(name)\(worker)", remotes: [remote(1)]) }
            #expect(Set(leases.map(\.address)) == Set(pool.ports.filter { $0.worker == worker }.map(\.address)))
            #expect(throws: PortPoolError.exhausted) { try pool.lease(worker: worker, ufrag: "c\(worker)", remotes: [remote(1)]) }
            for lease in leases { lease.close() }
        }
        #expect(throws: PortPoolError.exhausted) { try pool.lease(worker: 2, ufrag: "d", remotes: []) }
    }

    @Test func anAddressThatACallHasJustLeftIsTakenLast() throws {
        let pool = try pool(6)
        let first = try pool.lease(worker: 0, ufrag: "aaaa", remotes: [remote(1)])
        let port = try #require(first.shared)
        #expect(port.port.use(remote(1), by: port.id))
        let busy = try pool.lease(worker: 0, ufrag: "bbbb", remotes: [remote(2)])
        first.close()
        let second = try pool.lease(worker: 0, ufrag: "cccc", remotes: [remote(1)])
        #expect(second.address == busy.address)
        // Rather that than none.
        #expect(try pool.lease(worker: 0, ufrag: "dddd", remotes: [remote(1)]).address == first.address)
    }

    @Test func aForgottenLeaseIsGivenBackOnce() throws {
        let pool = try pool(7)
        do { _ = try pool.lease(worker: 0, ufrag: "aaaa", remotes: [remote(1)]) }
        #expect(pool.ports.allSatisfy { $0.load == 0 && $0.claimed == 0 })
        let lease = try pool.lease(worker: 0, ufrag: "aaaa", remotes: [remote(1)])
        #expect(lease.adopt() != nil)
        lease.close()
        #expect(pool.ports.map(\.load).reduce(0, +) == 1)
        lease.end()
        lease.end()
        #expect(pool.ports.map(\.load).reduce(0, +) == 0)
        #expect(lease.reserve(ufrag: "aaaa", remotes: []) == nil)
    }

    @Test func thePortsCloseWithThePool() throws {
        let own = try ports(8)
        do { _ = try SharedPortPool(own, SharedPortConfiguration(count: 2), workers: 1) }
        #expect(own.used == 0)
        #expect(UDPPeer("127.14.0.8", port: 20_000) != nil)
    }

    @Test func anOwnPortHasNothingToReserve() throws {
        let lease = try ports(9).lease()
        #expect(!lease.isShared)
        let reservation = try #require(lease.reserve(ufrag: "aaaa", remotes: [remote(1)]))
        reservation.giveBack()
    }

    @Test func versionSix() throws {
        let own = PortPool(address: IPAddress(v6High: 0, low: 1), range: 21_000...21_099)
        let pool = try SharedPortPool(own, SharedPortConfiguration(count: 2), workers: 1)
        let six = TransportAddress(ip: IPAddress(v6High: 0x2a03_2880_0000_0000, low: 1), port: 3478)
        // The other family's candidates are not this port's concern.
        let first = try pool.lease(worker: 0, ufrag: "aaaa", remotes: [six, remote(1)])
        #expect(pool.ports.map(\.claimed).reduce(0, +) == 1)
        let second = try pool.lease(worker: 0, ufrag: "bbbb", remotes: [six, remote(1)])
        #expect(first.address.port != second.address.port)
        #expect(throws: PortPoolError.exhausted) { try pool.lease(worker: 0, ufrag: "cccc", remotes: [six]) }
    }
}
