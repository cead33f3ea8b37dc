import CSockets
import Glibc
@testable import MediaIO
import Testing
import Wire

/// One worker's packet I/O by itself, over each interface of the kernel. A test stays on one thread.
@Suite struct PacketIOTests {
    private struct Seen: Equatable {
        var token: UInt64
        var bytes: [UInt8] = []
        var source: TransportAddress?
        /// An errno value.
        var error: Int32 = 0
    }

    private final class Bench {
        let io: PacketIO
        let pool: PortPool
        let signal: Int32
        var leases: [UInt64: SocketLease] = [:]

        init(_ interface: PacketInterface, _ host: Int) throws {
            signal = rtpbridge_eventfd_create()
            io = try PacketIO(interface, signal: signal)
            try io.begin()
            pool = PortPool(address: try #require(IPAddress("127.18.\(interface.octet).\(host)")), range: 20_000...20_999)
        }

        deinit { close(signal) }

        func open(_ token: UInt64, isShared: Bool = false) throws -> (descriptor: Int32, address: TransportAddress) {
            let lease = try pool.lease()
            leases[token] = lease
            let descriptor = try #require(lease.adopt())
            try #require(io.add(descriptor, token: token, isShared: isShared))
            return (descriptor, lease.address)
        }

        func remove(_ token: UInt64) {
            io.remove(token)
            leases.removeValue(forKey: token)?.end()
        }

        /// What comes until `count` were seen, or nothing does for 20 s.
        func take(_ count: Int) -> [Seen] {
            var seen: [Seen] = []
            let limit = SystemClock.now + .seconds(20)
            while seen.count < count, SystemClock.now < limit {
                io.wait(.milliseconds(100), pause: .zero)
                seen += rest()
            }
            return seen
        }

        /// What the last wait found.
        func rest() -> [Seen] {
            var seen: [Seen] = []
            var packet = PacketIO.Packet()
            while io.next(&packet) {
                if packet.token == PacketIO.signal {
                    rtpbridge_eventfd_clear(signal)
                    seen.append(Seen(token: packet.token))
                } else if packet.length < 0 {
                    if packet.length != -Int(EAGAIN) { seen.append(Seen(token: packet.token, error: Int32(-packet.length))) }
                } else {
                    let bytes = packet.bytes.map { Array(UnsafeRawBufferPointer(start: $0, count: packet.length)) }
                    seen.append(Seen(token: packet.token, bytes: bytes ?? [], source: TransportAddress(packet.source)))
                }
            }
            return seen
        }

        func send(_ datagrams: [(bytes: [UInt8], descriptor: Int32, destination: TransportAddress?)]) -> rtpbridge_io_sent {
            let all = datagrams.flatMap(\.bytes)
            return all.withUnsafeBytes { room in
                var offset = 0
                let outgoing = datagrams.map { datagram in
                    defer { offset += datagram.bytes.count }
                    return rtpbridge_io_datagram(
                        bytes: room.baseAddress.map { $0 + offset }, length: datagram.bytes.count,
                        destination: datagram.destination.map { rtpbridge_address($0) } ?? rtpbridge_address(),
                        descriptor: datagram.descriptor)
                }
                return outgoing.withUnsafeBufferPointer { io.send($0) }
            }
        }
    }

    private func bytes(_ number: Int, count: Int = 172) -> [UInt8] { Array(repeating: UInt8(truncatingIfNeeded: number), count: count) }

    @Test(arguments: PacketInterface.testable) func datagramsComeWithTheirTokenAndSource(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 1)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).1"))
        let tokens: [UInt64] = [0, 1, 2 << 32 | 2]
        for token in tokens { peer.send(bytes(Int(token & 0xff)), to: try bench.open(token).address) }
        let seen = bench.take(3).sorted { $0.token < $1.token }
        #expect(seen == tokens.map { Seen(token: $0, bytes: bytes(Int($0 & 0xff)), source: peer.address) })
    }

    /// More than there are buffers, from one source to one socket, while nobody reads.
    @Test(arguments: PacketInterface.testable) func aBurstComesWholeAndInOrder(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 2)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).2"))
        let sockets = try (0..<8).map { try bench.open(UInt64($0)).address }
        for round in 0..<60 { for socket in sockets { peer.send(bytes(round, count: 20), to: socket) } }
        let seen = bench.take(480)
        for token in 0..<8 {
            #expect(seen.filter { $0.token == UInt64(token) }.map(\.bytes) == (0..<60).map { bytes($0, count: 20) })
        }
    }

    @Test(arguments: PacketInterface.testable) func aSharedSocketGivesMoreThanOneAtATime(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 3)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).3"))
        let socket = try bench.open(5, isShared: true)
        bench.io.wait(.zero, pause: .zero)
        #expect(bench.rest().isEmpty)
        for number in 0..<20 { peer.send(bytes(number), to: socket.address) }
        bench.io.wait(.seconds(20), pause: .zero)
        #expect(bench.rest().map(\.bytes) == (0..<20).map { bytes($0) })
    }

    @Test(arguments: PacketInterface.testable) func whatIsTooLongIsReportedAndTheNextIsWhole(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 4)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).4"))
        for isShared in [false, true] {
            let socket = try bench.open(isShared ? 1 : 0, isShared: isShared)
            for count in [2049, 2048, 0] { peer.send(bytes(7, count: count), to: socket.address) }
            let seen = bench.take(3)
            #expect(seen.map(\.error) == [EMSGSIZE, 0, 0])
            #expect(seen.map(\.bytes.count) == [0, 2048, 0])
        }
    }

    @Test(arguments: PacketInterface.testable) func aRemovedSocketIsClosedAndSilent(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 5)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).5"))
        for round in 0..<50 {
            let first = try bench.open(UInt64(round) << 32)
            let second = try bench.open(UInt64(round) << 32 | 1)
            for socket in [first, second] { peer.send(bytes(round), to: socket.address) }
            bench.io.wait(.seconds(20), pause: .zero)
            // One of the two goes while it has something.
            bench.remove(UInt64(round) << 32)
            #expect(UDPPeer("127.18.\(interface.octet).5", port: first.address.port) != nil)
            var seen: [Seen] = []
            for take in [bench.rest, { bench.take(1) }, { bench.take(1) }] where seen.isEmpty {
                seen = take().filter { $0.error != ESTALE }
            }
            #expect(seen.map(\.token) == [UInt64(round) << 32 | 1])
            bench.remove(UInt64(round) << 32 | 1)
        }
        #expect(bench.pool.used == 0)
    }

    @Test(arguments: PacketInterface.testable) func theSignalWakesUntilItIsCleared(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 6)
        for _ in 0..<3 {
            rtpbridge_eventfd_signal(bench.signal)
            #expect(bench.take(1) == [Seen(token: PacketIO.signal)])
            bench.io.wait(.zero, pause: .zero)
            #expect(bench.rest().isEmpty)
        }
    }

    @Test(arguments: PacketInterface.testable) func sendsArriveInOrderAndFailuresAreCounted(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 7)
        let peers = try (0..<2).map { _ in try #require(UDPPeer("127.18.\(interface.octet).7")) }
        let peer = peers[0]
        let sockets = try (0..<3).map { try bench.open(UInt64($0)).descriptor }
        // More than one submission takes.
        let outgoing = (0..<400).map {
            (bytes: bytes($0 / 4, count: 100 + $0 % 50), descriptor: sockets[$0 / 7 % 3], destination: Optional(peers[$0 % 2].address))
        }
        let sent = bench.send(outgoing)
        #expect(sent.packets == 400 && sent.failures == 0)
        #expect(sent.bytes == UInt64(outgoing.map(\.bytes.count).reduce(0, +)))
        for (number, datagram) in outgoing.enumerated() { #expect(peers[number % 2].receive()?.count == datagram.bytes.count) }
        // Port 0 is nobody's; the others of the same batch leave.
        var nowhere = peer.address
        nowhere.port = 0
        let mixed = [nowhere, peer.address, nowhere, peer.address].map {
            (bytes: bytes(9), descriptor: sockets[0], destination: Optional($0))
        }
        let partly = bench.send(mixed)
        #expect(partly.packets == 2 && partly.failures == 2 && partly.bytes == 344)
        #expect(peer.receive() == bytes(9) && peer.receive() == bytes(9))
    }

    @Test(arguments: PacketInterface.testable) func aPauseGathersAndATimeoutEndsIt(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 8)
        let peer = try #require(UDPPeer("127.18.\(interface.octet).8"))
        let socket = try bench.open(0)
        for number in 0..<3 { peer.send(bytes(number), to: socket.address) }
        bench.io.wait(.seconds(20), pause: .milliseconds(1))
        var seen = bench.rest()
        if seen.count < 3 { seen += bench.take(3 - seen.count) }
        #expect(seen.map(\.bytes) == (0..<3).map { bytes($0) })
        bench.io.wait(.milliseconds(1), pause: .milliseconds(1))
        #expect(bench.rest().isEmpty)
    }

    /// A peer that was gone is sent to again without a packet lost to the old report.
    @Test(arguments: PacketInterface.testable) func aTwinSurvivesARefusal(_ interface: PacketInterface) throws {
        let bench = try Bench(interface, 9)
        let host = "127.18.\(interface.octet).9"
        var peer = UDPPeer(host)
        let address = try #require(peer?.address)
        let first = try bench.open(0)
        var options = bench.pool.options.system
        var remote = rtpbridge_address(address)
        let twin = rtpbridge_udp_twin(first.descriptor, &options, &remote)
        try #require(twin >= 0 && bench.io.add(twin, token: 1))
        defer {
            bench.io.remove(1)
            close(twin)
        }
        peer = nil
        _ = bench.send([(bytes(1), twin, nil)])
        peer = UDPPeer(host, port: address.port)
        #expect(bench.send([(bytes(2), twin, nil)]).packets == 1)
        #expect(peer?.receive() == bytes(2))
        // The port is again nobody else's.
        #expect(UDPPeer(host, port: first.address.port) == nil)
        // What the peer sends comes to the twin, what others send to the first.
        let stranger = try #require(UDPPeer(host))
        peer?.send(bytes(3), to: first.address)
        stranger.send(bytes(4), to: first.address)
        let seen = bench.take(2).filter { $0.error == 0 }.sorted { $0.token < $1.token }
        #expect(seen == [Seen(token: 0, bytes: bytes(4), source: stranger.address), Seen(token: 1, bytes: bytes(3), source: address)])
    }
}
