import CSockets
import Glibc
import MediaCore
import Wire

extension Worker {
    /// Hands a datagram to its call.
    func receive(_ packet: PacketIO.Packet, at now: MonotonicInstant) {
        guard packet.length >= 0, let bytes = packet.bytes else { return countFailure(Int32(-packet.length)) }
        guard let index = sockets.index(of: packet.token) else { return counters.lateWakeUps.increase() }
        counters.packetsReceived.increase()
        counters.bytesReceived.increase(by: UInt64(packet.length))
        let source = TransportAddress(packet.source)
        let datagram = MutableBytes(bytes, count: packet.length)
        let socket = sockets[index]
        if let owner = socket.owner {
            owner._withUnsafeGuaranteedRef { deliver(datagram, from: source, to: $0, number: socket.call, slot: socket.slot, at: now) }
        } else {
            deliver(datagram, from: source, of: sharedSockets[socket.slot], at: now)
        }
    }

    /// Has the processor fetch what the next two packets will need while this one is handled: with a thousand calls all of
    /// it comes from memory. First a call and its entry, then, through these, its legs and sockets.
    @inline(__always)
    func fetchAhead() {
        if let index = sockets.index(of: io.ahead(1)), let owner = sockets[index].owner {
            rtpbridge_fetch(owner.toOpaque(), 64)
            rtpbridge_fetch(sockets[index].machine, 256)
        }
        guard let index = sockets.index(of: io.ahead(0)), let owner = sockets[index].owner else { return }
        owner._withUnsafeGuaranteedRef { entry in
            let legs = entry.call.hotState(of: sockets[index].slot)
            rtpbridge_fetch(legs.own, Call.hotSize)
            rtpbridge_fetch(legs.other, Call.hotSize)
            entry.sockets.withUnsafeBufferPointer { rtpbridge_fetch($0.baseAddress, 256) }
        }
    }

    @inline(__always)
    func deliver(
        _ datagram: MutableBytes, from source: TransportAddress, to entry: CallEntry, number: Int, slot: Int, at now: MonotonicInstant
    ) {
        entry.call.receive(datagram, on: slot, from: source, at: now, into: outbox.output)
        settle(entry, number: number)
    }

    private func countFailure(_ error: Int32) {
        switch error {
        case EAGAIN: break
        case ESTALE: counters.lateWakeUps.increase()
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

    /// Gives a call's handshake work to the pool; what that has no room for back to the call.
    private func putOutHandshakes(of entry: CallEntry) {
        for step in outbox.output.takeHandshakes() where !handshakes.take(step, of: entry.queue, mailbox: mailbox) {
            entry.call.finish(step, at: SystemClock.now, into: outbox.output)
        }
    }

    /// After anything that a call did: its packets to the outbox, its events upwards, its next deadline to the heap.
    func settle(_ entry: CallEntry, number: Int) {
        if !outbox.output.handshakes.isEmpty { putOutHandshakes(of: entry) }
        outbox.collect(from: entry)
        if let block = outbox.output.recordings, block.used >= RecordingBlock.capacity / 2 { handOverRecordings() }
        while let event = outbox.nextEvent() { onEvent(entry.queue.id, event) }
        let steady = outbox.takeSteady()
        if entry.call.isEnded {
            outbox.flush()
            closeSockets(entry)
            deadlines.remove(number)
            return
        }
        if let steady { connect(steady.slot, of: entry, number: number, to: steady.destination) }
        // One that moved later may stay: it fires early, finds nothing due and is replaced. That spares the
        // heap the deadlines that every packet pushes back, such as the media timeout.
        let deadline = entry.call.nextDeadline
        if deadline < deadlines.deadline(of: number) { deadlines.set(number, to: deadline) }
        if outbox.output.isNearlyFull { outbox.flush() }
    }
}
