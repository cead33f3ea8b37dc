@testable import ControlPlane
import MediaCore
import MediaIO
import Negotiation
import SRTP
import Testing
import Wire

@Suite struct RequestResourcesTests {
    private let loopback = IPAddress(v4: 0x7f00_0001)

    private func table(_ ports: ClosedRange<UInt16>, _ texts: String...) -> InterfaceTable {
        InterfaceTable(texts.compactMap(InterfaceAddress.init), portRange: ports)
    }

    private func resources(_ table: InterfaceTable, leases: [Int: SocketLease] = [:]) throws -> RequestResources {
        let call = MediaEngine(EngineConfiguration(threads: 1)) { _, _ in }.makeCall()
        return RequestResources(interfaces: table, certificate: try DTLSCertificate.generate(), leases: leases, call: call)
    }

    @Test func leasesTellTheAdvertisedAddress() throws {
        let table = table(22_000...22_099, "pub/127.0.0.1!203.0.113.9")
        let own = try table.entries[0].pool.lease()
        let resources = try resources(table, leases: [0: own, 2: own])
        let leased = try resources.leaseSockets(interface: "pub", families: [.v4], withRTCP: true, ice: nil)
        let rtp = try #require(leased.rtp.first)
        #expect(rtp.advertised == TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: rtp.local.port))
        #expect(rtp.local.ip == loopback)
        #expect(leased.rtcp?.local.port == rtp.local.port + 1)
        #expect([rtp.slot, leased.rtcp?.slot] == [1, 3])
        resources.giveBack()
        own.close()
        #expect(table.entries.allSatisfy { $0.pool.used == 0 })
    }

    @Test func runsOutOfPortsAndLeaksNone() throws {
        let table = table(22_100...22_103, "127.0.0.1")
        let resources = try resources(table)
        _ = try resources.leaseSockets(interface: nil, families: [.v4], withRTCP: true, ice: nil)
        _ = try resources.leaseSockets(interface: nil, families: [.v4], withRTCP: true, ice: nil)
        #expect(throws: NegotiationError.outOfPorts) { try resources.leaseSockets(interface: nil, families: [.v4], withRTCP: false, ice: nil) }
        resources.giveBack()
        #expect(table.entries[0].pool.used == 0)
        #expect(resources.sockets.isEmpty)
    }

    @Test func namesOfInterfaces() throws {
        let table = table(22_200...22_299, "pub/127.0.0.1", "pub/::1", "priv/127.0.0.2")
        #expect(table.families(of: "pub") == [.v4, .v6])
        #expect(table.families(of: "priv") == [.v4])
        #expect(table.families(of: "unheard of") == [.v4, .v6])
        #expect(table.families(of: nil) == [.v4, .v6])
        let resources = try resources(table)
        let leased = try resources.leaseSockets(interface: "priv", families: [.v4], withRTCP: false, ice: nil)
        #expect(leased.rtp.first?.local.ip == IPAddress(v4: 0x7f00_0002))
    }

    @Test func oneAddressUnderTwoNamesHasOneSetOfPorts() throws {
        let table = table(22_300...22_300, "a/127.0.0.1", "b/127.0.0.1")
        let resources = try resources(table)
        _ = try resources.leaseSockets(interface: "a", families: [.v4], withRTCP: false, ice: nil)
        #expect(throws: NegotiationError.outOfPorts) { try resources.leaseSockets(interface: "b", families: [.v4], withRTCP: false, ice: nil) }
    }

    @Test func theNextAddressOfTheInterfaceHelpsOut() throws {
        let table = table(22_400...22_400, "a/127.0.0.1", "a/127.0.0.2")
        let resources = try resources(table)
        let first = try resources.leaseSockets(interface: "a", families: [.v4], withRTCP: false, ice: nil)
        let second = try resources.leaseSockets(interface: "a", families: [.v4], withRTCP: false, ice: nil)
        #expect(Set([first, second].compactMap { $0.rtp.first?.local.ip }).count == 2)
    }
}
