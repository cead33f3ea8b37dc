@testable import ControlPlane
import MediaCore
import MediaIO
import Negotiation
import SRTP
import Testing
import Wire

/// What one request takes of shared ports, and what it leaves behind when it fails.
@Suite struct SharedPortResourcesTests {
    private let engine: MediaEngine
    private let certificate: DTLSCertificate
    private let configuration = EngineConfiguration(threads: 2, sharedPorts: SharedPortConfiguration(count: 4))

    init() throws {
        engine = MediaEngine(configuration) { _, _ in }
        certificate = try DTLSCertificate.generate()
    }

    private func table(_ texts: String...) throws -> InterfaceTable {
        try InterfaceTable(texts.compactMap(InterfaceAddress.init), portRange: 23_000...23_099, engine: configuration)
    }

    private func request(_ table: InterfaceTable, _ call: CallHandle, leases: [Int: SocketLease] = [:]) -> RequestResources {
        RequestResources(interfaces: table, certificate: certificate, leases: leases, call: call)
    }

    private func remote(_ number: UInt32) -> TransportAddress { TransportAddress(ip: IPAddress(v4: 0x9df0_0000 + number), port: 3478) }

    private func load(_ table: InterfaceTable) -> [Int] { table.sharedPools.flatMap(\.ports).map(\.load) }

    /// A call of its own that leases one port.
    private func lease(_ table: InterfaceTable, _ ufrag: String, _ remotes: [TransportAddress]) throws -> (RequestResources, LocalSocket) {
        let request = request(table, engine.makeCall())
        let leased = try request.leaseSockets(
            interface: nil, families: [.v4], withRTCP: false, ice: ICESocketUse(localUfrag: ufrag, remotes: remotes))
        return (request, try #require(leased.rtp.first))
    }

    @Test func iceLegsShareAndOthersDoNot() throws {
        let table = try table("pub/127.20.0.1!203.0.113.9")
        let shared = Set(table.sharedPools.flatMap(\.ports).map(\.address))
        #expect(shared.map(\.port).sorted() == [23_000, 23_001, 23_002, 23_003])
        let (request, ice) = try lease(table, "aaaa", [remote(1)])
        #expect(shared.contains(ice.local))
        #expect(ice.advertised == TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: ice.local.port))
        let plain = try request.leaseSockets(interface: nil, families: [.v4], withRTCP: false, ice: nil)
        let pair = try request.leaseSockets(interface: nil, families: [.v4], withRTCP: true, ice: ICESocketUse(localUfrag: "bbbb"))
        #expect((plain.rtp + pair.rtp + [try #require(pair.rtcp)]).allSatisfy { !shared.contains($0.local) })
        #expect(Set([ice.slot, plain.rtp[0].slot, pair.rtp[0].slot, pair.rtcp?.slot ?? -1]) == [0, 1, 2, 3])
        request.giveBack()
        #expect(load(table) == [0, 0, 0, 0])
        #expect(table.entries[0].pool.used == 4)
    }

    @Test func theSameRemoteTakesAnotherPortUntilNoneIsLeft() throws {
        let table = try table("127.20.0.2")
        // The calls go to whichever worker has a port for them.
        let leases = try ["aaaa", "bbbb", "cccc", "dddd"].map { try lease(table, $0, [remote(1), remote(2)]) }
        #expect(Set(leases.map(\.1.local)).count == 4)
        #expect(throws: NegotiationError.outOfPorts) { try self.lease(table, "eeee", [remote(2)]) }
        #expect(load(table) == [1, 1, 1, 1])
        _ = try lease(table, "eeee", [remote(3)])
        leases[2].0.giveBack()
        #expect(try lease(table, "ffff", [remote(1)]).1.local == leases[2].1.local)
    }

    @Test func bothFamiliesAreOfOneWorker() throws {
        let table = try table("a/127.20.0.3", "a/::1")
        let call = engine.makeCall()
        let request = request(table, call)
        let leased = try request.leaseSockets(
            interface: "a", families: [.v6, .v4], withRTCP: false, ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)]))
        #expect(leased.rtp.map(\.local.ip.family) == [.v6, .v4])
        let workers = leased.rtp.map { socket in
            table.sharedPools.flatMap(\.ports).first { $0.address == socket.local }?.worker
        }
        #expect(workers == [call.possibleWorkers[0], call.possibleWorkers[0]])
        request.giveBack()
        #expect(load(table).allSatisfy { $0 == 0 })
    }

    @Test func settlingKeepsThePortWhereNobodyIsInTheWay() throws {
        let table = try table("127.20.0.4")
        let (request, socket) = try lease(table, "aaaa", [])
        #expect(try request.settleSockets([socket], interface: nil, ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)])) == nil)
        // From now on the address is this call's there.
        let others = try ["bbbb", "cccc", "dddd"].map { try lease(table, $0, [remote(1)]) }
        #expect(!others.map(\.1.local).contains(socket.local))
        #expect(throws: NegotiationError.outOfPorts) { try self.lease(table, "eeee", [remote(1)]) }
        // Again, or with an own port, it changes nothing.
        #expect(try request.settleSockets([socket], interface: nil, ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)])) == nil)
        let own = try request.leaseSockets(interface: nil, families: [.v4], withRTCP: false, ice: nil).rtp
        #expect(try request.settleSockets(own, interface: nil, ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)])) == nil)
    }

    @Test func settlingMovesToAPortWithoutConflict() throws {
        let table = try table("127.20.0.5")
        let first = request(table, engine.makeCall())
        let call = engine.makeCall()
        let second = request(table, call)
        let sockets = try [(first, "aaaa"), (second, "bbbb")].map { request, ufrag in
            try request.leaseSockets(interface: nil, families: [.v4], withRTCP: false, ice: ICESocketUse(localUfrag: ufrag)).rtp[0]
        }
        // Both have offered; then both get the same relay for an answer.
        let port = try #require(table.sharedPools[0].ports.first { $0.address == sockets[1].local })
        let rival = try table.sharedPools[0].lease(worker: port.worker, ufrag: "cccc", remotes: [])
        let other = try table.sharedPools[0].lease(worker: port.worker, ufrag: "dddd", remotes: [])
        let inTheWay = try #require([rival, other].first { $0.address == sockets[1].local })
        #expect(inTheWay.reserve(ufrag: "eeee", remotes: [remote(1)]) != nil)
        let moved = try second.settleSockets([sockets[1]], interface: nil, ice: ICESocketUse(localUfrag: "bbbb", remotes: [remote(1)]))
        let new = try #require(moved?.first)
        #expect(new.local != sockets[1].local && new.slot != sockets[1].slot)
        #expect(table.sharedPools[0].ports.first { $0.address == new.local }?.worker == port.worker)
        // A third way there is not on this worker.
        let third = request(table, call, leases: Dictionary(uniqueKeysWithValues: second.sockets.map { ($0.slot, $0.lease) }))
        let free = [rival, other].first { $0.address != inTheWay.address }
        #expect(free?.reserve(ufrag: "ffff", remotes: [remote(2)]) != nil)
        #expect(inTheWay.reserve(ufrag: "gggg", remotes: [remote(2)]) != nil)
        #expect(throws: NegotiationError.outOfPorts) {
            try third.settleSockets([new], interface: nil, ice: ICESocketUse(localUfrag: "bbbb", remotes: [remote(2)]))
        }
        let before = load(table)
        third.giveBack()
        #expect(load(table) == before)
        second.giveBack()
        first.giveBack()
        rival.close()
        other.close()
        #expect(load(table) == [0, 0, 0, 0])
    }

    @Test func onlyTheFamilyWithAConflictMoves() throws {
        let table = try table("a/127.20.0.10", "a/::1")
        let call = engine.makeCall()
        let request = request(table, call)
        let sockets = try request.leaseSockets(
            interface: "a", families: [.v4, .v6], withRTCP: false, ice: ICESocketUse(localUfrag: "aaaa")).rtp
        let rivals = try (0..<2).map { number in
            try #require(table.entries[0].shared).lease(worker: call.possibleWorkers[0], ufrag: "rival\(number)", remotes: [])
        }
        let rival = try #require(rivals.first { $0.address == sockets[0].local })
        #expect(rival.reserve(ufrag: "rival", remotes: [remote(1)]) != nil)
        let settled = try request.settleSockets(sockets, interface: "a", ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)]))
        #expect(settled?.map(\.local.ip.family) == [.v4, .v6])
        #expect(settled?[0].local != sockets[0].local && settled?[1] == sockets[1])
        request.giveBack()
        for rival in rivals { rival.close() }
        #expect(load(table).allSatisfy { $0 == 0 })
    }

    /// The lease is of an earlier request, which succeeded; the later one settles it and fails.
    @Test func aFailedRequestTakesItsReservationsBack() throws {
        let table = try table("127.20.0.6")
        let call = engine.makeCall()
        let offer = request(table, call)
        let socket = try offer.leaseSockets(interface: nil, families: [.v4], withRTCP: false, ice: ICESocketUse(localUfrag: "aaaa")).rtp[0]
        let leases = Dictionary(uniqueKeysWithValues: offer.sockets.map { ($0.slot, $0.lease) })
        let answer = request(table, call, leases: leases)
        let use = ICESocketUse(localUfrag: "aaab", remotes: [remote(1), remote(2)])
        #expect(try answer.settleSockets([socket], interface: nil, ice: use) == nil)
        let pool = table.sharedPools[0]
        let port = try #require(pool.ports.first { $0.address == socket.local })
        func fits(_ ufrag: String) -> Bool {
            let leases = (0..<2).compactMap { try? pool.lease(worker: port.worker, ufrag: "\(ufrag)\($0)", remotes: [remote(2)]) }
            defer { for lease in leases { lease.close() } }
            return leases.contains { $0.address == socket.local }
        }
        #expect(!fits("b"))
        answer.giveBack()
        answer.giveBack()
        #expect(fits("b"))
        // The lease itself is the call's, and still there.
        #expect(load(table).reduce(0, +) == 1)
    }

    @Test func withoutSharingNothingIsShared() throws {
        let plain = EngineConfiguration(threads: 2)
        let table = try InterfaceTable([try #require(InterfaceAddress("127.20.0.7"))], portRange: 23_000...23_001, engine: plain)
        let (request, socket) = try lease(table, "aaaa", [remote(1)])
        #expect(table.entries[0].pool.used == 1 && table.sharedPools.isEmpty)
        #expect(try request.settleSockets([socket], interface: nil, ice: ICESocketUse(localUfrag: "aaaa", remotes: [remote(1)])) == nil)
        #expect(request.sockets.allSatisfy { !$0.lease.isShared })
    }

    @Test func fewerPortsThanThreadsIsAnErrorAtStart() throws {
        let few = EngineConfiguration(threads: 3, sharedPorts: SharedPortConfiguration(count: 2))
        let address = try #require(InterfaceAddress("127.20.0.8"))
        #expect(throws: SharedPortError.fewerThanWorkers(ports: 2, workers: 3)) {
            try InterfaceTable([address], portRange: 23_000...23_099, engine: few)
        }
        #expect(ControlPlaneError.sharedPorts(.fewerThanWorkers(ports: 2, workers: 3)).description
            == "cannot share ports: 2 ports are too few for 3 threads; each needs one, better several")
    }

    @Test func oneAddressUnderTwoNamesHasOneSetOfSharedPorts() throws {
        let table = try table("a/127.20.0.9", "b/127.20.0.9")
        #expect(table.sharedPools.count == 1)
        #expect(table.entries[0].shared === table.entries[1].shared)
    }
}
