import Glibc
import MediaCore
import Wire

extension Worker {
    /// Datagrams that one look at a shared port may find to be nobody's: dropping them is cheap, and those of the calls wait
    /// behind them.
    private static let readLimit = 64

    func open(_ port: SharedPort) throws(EngineError) {
        let entry = SocketTable.Entry(descriptor: port.descriptor, call: SocketTable.Entry.sharedPort, slot: sharedSockets.count)
        guard poller.add(port.descriptor, token: sockets.insert(entry)) else { throw .cannotPoll(errno: errno) }
        sharedSockets.append(SharedSocket(port))
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
            poller.remove(shared.descriptor)
            shared.port.shut()
        }
        sharedSockets = []
    }

    /// Hands datagrams of a readable shared port to their calls, a batch at most. What is left is found in the next turn.
    /// - Parameter index: in `sockets`.
    /// - Returns: how much of a batch that was.
    func receiveShared(_ index: Int, at now: MonotonicInstant) -> Int {
        guard let batch = receiveBatch else { return 1 }
        let shared = sharedSockets[sockets[index].slot]
        var delivered = 0
        var read = 0
        while delivered < Self.batchSize, read < Self.readLimit {
            let wanted = Self.batchSize - delivered
            var dropped = sockets[index].kernelDrops
            let count = batch.receive(from: shared.descriptor, count: wanted, dropped: &dropped)
            noteKernelDrops(dropped, index)
            if count < 0 { countFailure(Int32(-count)) }
            for place in 0..<max(0, count) where deliver(batch[place], of: shared, at: now) { delivered += 1 }
            read += max(0, count)
            if count < wanted { break }
        }
        return max(1, delivered)
    }

    /// - Returns: whether a call got it.
    private func deliver(
        _ datagram: (source: TransportAddress, bytes: MutableBytes?), of shared: SharedSocket, at now: MonotonicInstant
    ) -> Bool {
        guard let bytes = datagram.bytes else {
            counters.oversized.increase()
            return false
        }
        counters.packetsReceived.increase()
        counters.bytesReceived.increase(by: UInt64(bytes.count))
        switch shared.receive(bytes.bytes, from: datagram.source, at: now) {
        case .unknown: counters.sharedUnknown.increase()
        case .excess: counters.sharedExcess.increase()
        case .call(let number, let slot):
            guard let entry = calls[number] else { return false }
            entry.call.receive(bytes, on: slot, from: datagram.source, at: now, into: outbox.output)
            settle(entry, number: number)
            return true
        }
        return false
    }
}
