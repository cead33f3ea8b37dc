import Glibc
import MediaCore
import Wire

extension Worker {
    func open(_ port: SharedPort) throws(EngineError) {
        let entry = SocketTable.Entry(descriptor: port.descriptor, call: SocketTable.Entry.sharedPort, slot: sharedSockets.count)
        let token = sockets.insert(entry)
        guard io.add(port.descriptor, token: token, isShared: true) else { throw .cannotPoll(errno: errno) }
        sharedSockets.append(SharedSocket(port, token: token))
    }

    /// `false` if the lease is over or its port another worker's.
    func attach(_ socket: CallSocket, to entry: CallEntry, number: Int) -> Bool {
        guard let (port, id) = socket.lease.shared, let shared = sharedSockets.first(where: { $0.port === port }),
              socket.lease.adopt() != nil else { return false }
        let holder = shared.attach(id, call: number, slot: socket.slot, at: SystemClock.now)
        entry.sockets.append(CallEntry.Socket(
            slot: socket.slot, token: 0, descriptor: shared.descriptor, lease: socket.lease, shared: shared, holder: holder))
        return true
    }

    func closeSharedSockets() {
        for shared in sharedSockets {
            io.remove(shared.token)
            shared.port.shut()
        }
        sharedSockets = []
    }

    /// Finds the call of a datagram that came to a shared port.
    func deliver(_ datagram: MutableBytes, from source: TransportAddress, of shared: SharedSocket, at now: MonotonicInstant) {
        switch shared.receive(datagram.bytes, from: source, at: now) {
        case .unknown: counters.sharedUnknown.increase()
        case .excess: counters.sharedExcess.increase()
        case .call(let number, let slot):
            guard let entry = calls[number] else { return }
            deliver(datagram, from: source, to: entry, number: number, slot: slot, at: now)
        }
    }
}
