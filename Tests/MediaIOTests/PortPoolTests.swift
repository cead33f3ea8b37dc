import Glibc
@testable import MediaIO
import Testing
import Wire

/// Each test has a loopback address to itself, so that no two can meet on a port.
@Suite struct PortPoolTests {
    private func pool(_ host: Int, _ range: ClosedRange<UInt16>) throws -> PortPool {
        PortPool(address: try #require(IPAddress("127.10.0.\(host)")), range: range)
    }

    @Test func exhaustionIsATypedErrorAndLeaksNothing() throws {
        let pool = try pool(1, 20_000...20_003)
        var leases: [SocketLease] = []
        for _ in 0..<4 { leases.append(try pool.lease()) }
        #expect(Set(leases.map(\.address.port)) == Set(20_000...20_003))
        #expect(pool.used == 4 && pool.free == 0)
        #expect(throws: PortPoolError.exhausted) { try pool.lease() }
        #expect(throws: PortPoolError.exhausted) { try pool.leasePair() }
        #expect(pool.used == 4)
        leases[2].close()
        #expect(pool.free == 1)
        #expect(try pool.lease().address.port == leases[2].address.port)
    }

    @Test func pairsAreEvenAndOdd() throws {
        let pool = try pool(2, 20_001...20_006)
        let pairs = [try pool.leasePair(), try pool.leasePair()]
        for pair in pairs {
            #expect(pair.rtp.address.port.isMultiple(of: 2))
            #expect(pair.rtcp.address.port == pair.rtp.address.port + 1)
        }
        #expect(Set(pairs.map(\.rtp.address.port)) == [20_002, 20_004])
        #expect(throws: PortPoolError.exhausted) { try pool.leasePair() }
        let singles = [try pool.lease(), try pool.lease()]
        #expect(Set(singles.map(\.address.port)) == [20_001, 20_006])
    }

    @Test func portsOfOtherProcessesArePassedOver() throws {
        let other = try #require(UDPPeer("127.10.0.3", port: 20_000))
        let pool = try pool(3, 20_000...20_001)
        let lease = try pool.lease()
        #expect(lease.address.port == 20_001)
        #expect(throws: PortPoolError.exhausted) { try pool.lease() }
        #expect(pool.used == 1)
        _ = other
    }

    @Test func aPairNeedsBothPorts() throws {
        let other = try #require(UDPPeer("127.10.0.4", port: 20_003))
        let pool = try pool(4, 20_002...20_005)
        let pair = try pool.leasePair()
        #expect(pair.rtp.address.port == 20_004)
        #expect(throws: PortPoolError.exhausted) { try pool.leasePair() }
        #expect(pool.used == 2)
        #expect(try pool.lease().address.port == 20_002)
        _ = other
    }

    @Test func aPortGivenBackComesRoundLast() throws {
        let pool = try pool(5, 20_000...20_009)
        var ports: [UInt16] = []
        for _ in 0..<10 {
            let lease = try pool.lease()
            ports.append(lease.address.port)
            lease.close()
        }
        #expect(Set(ports).count == 10)
        #expect(try pool.lease().address.port == ports[0])
    }

    @Test func aPortIsGivenBackOnce() throws {
        let pool = try pool(6, 20_000...20_000)
        let first = try pool.lease()
        first.close()
        let second = try pool.lease()
        first.close()
        #expect(pool.used == 1)
        #expect(throws: PortPoolError.exhausted) { try pool.lease() }
        second.close()
        #expect(pool.used == 0)
    }

    @Test func aForgottenLeaseGivesItsPortBack() throws {
        let pool = try pool(7, 20_000...20_000)
        do { _ = try pool.lease() }
        #expect(pool.used == 0)
        #expect(throws: Never.self) { try pool.lease() }
    }

    @Test func aLeaseThatACallHasCannotBeClosedFromOutside() throws {
        let pool = try pool(8, 20_000...20_000)
        let lease = try pool.lease()
        #expect(lease.adopt() != nil)
        #expect(lease.adopt() == nil)
        lease.close()
        #expect(pool.used == 1)
        lease.end()
        #expect(pool.used == 0)
        #expect(lease.adopt() == nil)
    }

    @Test func noPortIsLeasedTwiceAtATime() async throws {
        let pool = try pool(9, 20_000...20_063)
        let leases = try await withThrowingTaskGroup(of: [SocketLease].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var leases: [SocketLease] = []
                    for _ in 0..<8 {
                        // One that comes and goes between those that stay.
                        try? pool.lease().close()
                        leases.append(try pool.lease())
                    }
                    return leases
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(leases.map(\.address.port)).count == 64)
        #expect(pool.used == 64)
        for lease in leases { lease.close() }
        #expect(pool.used == 0)
    }

    @Test func anAddressOfAnotherMachineIsASystemError() throws {
        let pool = PortPool(address: try #require(IPAddress("192.0.2.1")), range: 20_000...20_009)
        #expect(throws: PortPoolError.system(errno: EADDRNOTAVAIL)) { try pool.lease() }
        #expect(throws: PortPoolError.system(errno: EADDRNOTAVAIL)) { try pool.leasePair() }
        #expect(pool.used == 0)
    }

    @Test func theRotationBeginsWhereItIsTold() {
        var rotation = PortRotation(range: 100...103, start: 2)
        var walk = rotation.beginWalk()
        var ports: [UInt16] = []
        while let port = rotation.take(1, &walk) { ports.append(port) }
        #expect(ports == [102, 103, 100, 101])
    }
}
