@testable import MediaIO
import Testing
import Wire

/// Calls come, settle, restart, talk to whom they like and go, thousands of times and in any order.
@Suite struct SharedPortMixTests {
    /// A call as control side and worker have it between them.
    private struct MixedCall {
        var lease: SocketLease
        var socket: SharedSocket
        var holder: Int
        /// What a request that may still fail has reserved.
        var open: [PortReservation] = []
        /// What it has reserved or sent to, and what it has in addition if the open request succeeds.
        var held: Set<TransportAddress> = []
        var pending: Set<TransportAddress> = []
    }

    private struct Path: Hashable {
        var port: TransportAddress
        var remote: TransportAddress
    }

    private struct Mix {
        var random: SplitMix64
        var calls: [Int: MixedCall] = [:]
        /// Who has sent there, and is not over.
        var owners: [Path: Int] = [:]

        /// No other call of the port has the address.
        func isFree(_ path: Path, for call: Int) -> Bool {
            calls.allSatisfy { number, other in
                number == call || other.lease.address != path.port
                    || !other.held.contains(path.remote) && !other.pending.contains(path.remote)
            }
        }

        var lastCall = 0
        /// Calls without a port, and packets that did not leave.
        var refused = 0
        var withheld = 0

        init(seed: UInt64) { random = SplitMix64(seed: seed) }

        mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

        var anyCall: Int? {
            mutating get { calls.isEmpty ? nil : calls.keys.sorted()[number(below: calls.count)] }
        }
    }

    private let pool: SharedPortPool
    private let sockets: [SharedSocket]
    private let now = MonotonicInstant(nanoseconds: 0)

    init() throws {
        let own = PortPool(address: IPAddress(v4: 0x7f10_0001), range: 20_000...20_999)
        pool = try SharedPortPool(own, SharedPortConfiguration(count: 4), workers: 1)
        sockets = pool.ports.map { SharedSocket($0) }
    }

    private func remote(_ number: Int) -> TransportAddress {
        TransportAddress(ip: IPAddress(v4: 0x9df0_0000 + UInt32(number / 4)), port: 3478 + UInt16(number % 4))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func neverTwoCallsOnOnePath(seed: UInt64) throws {
        var mix = Mix(seed: seed)
        for _ in 0..<10_000 {
            let call = mix.anyCall
            switch (mix.number(below: 8), call) {
            case (0, _), (_, nil): try come(&mix)
            case (1, let call?): settle(call, &mix)
            case (2, let call?): conclude(call, &mix)
            case (3, let call?) where mix.number(below: 3) == 0: end(call, &mix)
            case (_, let call?): talk(call, &mix)
            }
        }
        #expect(mix.refused > 20 && mix.withheld > 200 && mix.lastCall > 300) // else it was not crowded enough to go wrong
        for call in mix.calls.keys { end(call, &mix) }
        #expect(pool.ports.allSatisfy { $0.load == 0 && $0.claimed == 0 })
    }

    private func come(_ mix: inout Mix) throws {
        mix.lastCall += 1
        let remotes = (0..<mix.number(below: 3)).map { _ in remote(mix.number(below: 12)) }
        guard let lease = try? pool.lease(worker: 0, ufrag: "call\(mix.lastCall)", remotes: remotes) else {
            mix.refused += 1
            return
        }
        for remote in remotes { #expect(mix.isFree(Path(port: lease.address, remote: remote), for: mix.lastCall)) }
        mix.calls[mix.lastCall] = try take(lease, mix.lastCall)
        mix.calls[mix.lastCall]?.held = Set(remotes)
    }

    /// A request reserves something, with a new fragment now and then.
    private func settle(_ call: Int, _ mix: inout Mix) {
        let remotes = (0..<mix.number(below: 3)).map { _ in remote(mix.number(below: 12)) }
        guard let lease = mix.calls[call]?.lease,
              let reservation = lease.reserve(ufrag: "call\(call).\(mix.number(below: 3))", remotes: remotes) else { return }
        for remote in remotes { #expect(mix.isFree(Path(port: lease.address, remote: remote), for: call)) }
        mix.calls[call]?.open.append(reservation)
        mix.calls[call]?.pending.formUnion(remotes)
    }

    /// The request succeeds or fails.
    private func conclude(_ call: Int, _ mix: inout Mix) {
        guard let entry = mix.calls[call] else { return }
        if mix.number(below: 2) == 0 {
            for reservation in entry.open { reservation.giveBack() }
        } else {
            mix.calls[call]?.held.formUnion(entry.pending)
        }
        mix.calls[call]?.open = []
        mix.calls[call]?.pending = []
        entry.socket.refresh(entry.holder)
    }

    private func end(_ call: Int, _ mix: inout Mix) {
        guard let entry = mix.calls.removeValue(forKey: call) else { return }
        entry.socket.detach(entry.holder)
        entry.lease.close()
        mix.owners = mix.owners.filter { $0.value != call }
    }

    /// The call sends to somebody, and somebody sends to its port.
    private func talk(_ call: Int, _ mix: inout Mix) {
        guard let entry = mix.calls[call] else { return }
        let path = Path(port: entry.lease.address, remote: remote(mix.number(below: 12)))
        let packet = RelayCall.packet(1)
        if packet.withBytes({ entry.socket.maySend($0, to: path.remote, from: entry.holder) }) {
            #expect(mix.owners[path, default: call] == call && mix.isFree(path, for: call))
            mix.owners[path] = call
            mix.calls[call]?.held.insert(path.remote)
        } else {
            mix.withheld += 1
        }
        let time = now + .seconds(mix.lastCall)
        switch packet.withBytes({ entry.socket.receive($0, from: path.remote, at: time) }) {
        case .call(let owner, _):
            #expect(mix.owners[path, default: owner] == owner && mix.calls[owner]?.lease.address == path.port)
        case .unknown: #expect(mix.owners[path] == nil)
        case .excess: break
        }
    }

    private func take(_ lease: SocketLease, _ number: Int) throws -> MixedCall {
        let (port, id) = try #require(lease.shared)
        let socket = try #require(sockets.first { $0.port === port })
        return MixedCall(lease: lease, socket: socket, holder: socket.attach(id, call: number, slot: number, at: now))
    }
}
