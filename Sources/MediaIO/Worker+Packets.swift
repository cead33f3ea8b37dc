import CSockets
import Glibc
import MediaCore
import Wire

extension Worker {
    /// Hands one datagram of a readable socket to its call, or some of a shared port to theirs.
    /// - Returns: how much of a batch that was.
    func receive(_ token: UInt64, at now: MonotonicInstant) -> Int {
        guard let index = sockets.index(of: token) else {
            counters.lateWakeUps.increase()
            return 1
        }
        if sockets[index].call == SocketTable.Entry.sharedPort { return receiveShared(index, at: now) }
        receive(index, at: now)
        return 1
    }

    private func receive(_ index: Int, at now: MonotonicInstant) {
        let socket = sockets[index]
        var source = rtpbridge_address()
        var dropped = socket.kernelDrops
        let length = rtpbridge_receive(socket.descriptor, buffer, Self.bufferLength, &source, &dropped)
        noteKernelDrops(dropped, index)
        guard length >= 0 else { return countFailure(Int32(-length)) }
        counters.packetsReceived.increase()
        counters.bytesReceived.increase(by: UInt64(length))
        guard let entry = calls[socket.call] else { return }
        entry.call.receive(
            MutableBytes(buffer, count: length), on: socket.slot, from: TransportAddress(source), at: now, into: outbox.output)
        settle(entry, number: socket.call)
    }

    func noteKernelDrops(_ dropped: UInt32, _ index: Int) {
        let known = sockets[index].kernelDrops
        guard dropped != known else { return }
        counters.kernelDrops.increase(by: UInt64(dropped &- known))
        sockets[index].kernelDrops = dropped
    }

    func countFailure(_ error: Int32) {
        switch error {
        case EAGAIN: break
        case EMSGSIZE: counters.oversized.increase()
        default: counters.receiveErrors.increase()
        }
    }

    /// Lets calls act whose time has come, as many as one batch takes.
    func meetDeadlines(at now: MonotonicInstant) {
        var count = 0
        while count < Self.batchSize, deadlines.earliest <= now {
            let isLate = now - deadlines.earliest > Self.lateness
            guard let number = deadlines.popDue(at: now), let entry = calls[number] else { continue }
            if entry.call.nextDeadline <= now {
                count += 1
                counters.deadlines.increase()
                if isLate { counters.lateDeadlines.increase() }
                entry.call.handleDeadline(at: now, into: outbox.output)
            }
            settle(entry, number: number)
        }
    }

    /// After anything that a call did: its packets to the outbox, its events upwards, its next deadline to the heap.
    func settle(_ entry: CallEntry, number: Int) {
        outbox.collect(from: entry)
        while let event = outbox.nextEvent() { onEvent(entry.queue.id, event) }
        if entry.call.isEnded {
            outbox.flush()
            closeSockets(entry)
            deadlines.remove(number)
            return
        }
        // One that moved later may stay: it fires early, finds nothing due and is replaced. That spares the
        // heap the deadlines that every packet pushes back, such as the media timeout.
        let deadline = entry.call.nextDeadline
        if deadline < deadlines.deadline(of: number) { deadlines.set(number, to: deadline) }
        if outbox.output.isNearlyFull { outbox.flush() }
    }
}
