import MediaCore
import Wire

extension Worker {
    /// Does everything that waits in a call's inbox, in order.
    func carryOut(_ queue: CallQueue, at now: MonotonicInstant) {
        for command in queue.takeAll() {
            counters.commands.increase()
            switch command {
            case .apply(let plan, let sockets, let slots, let completion):
                let number = numbers[queue.id] ?? makeCall(queue, at: now)
                completion(apply(plan, adding: sockets, removing: slots, number: number, at: now))
            case .statistics(let completion):
                completion(entry(queue)?.call.statistics())
            case .end(let completion):
                let last = end(queue, at: now)
                mailbox.callRemoved()
                completion(last)
            }
        }
    }

    /// The end of the worker: every call ends, every command still waiting is refused.
    func endAll() {
        let now = SystemClock.now
        for queue in waitingQueues[doneQueues...] + mailbox.close() { queue.close() }
        for case let entry? in calls {
            entry.queue.close()
            _ = end(entry.queue, at: now)
        }
        closeSharedSockets()
        waitingQueues = []
        doneQueues = 0
    }

    private func entry(_ queue: CallQueue) -> CallEntry? { numbers[queue.id].flatMap { calls[$0] } }

    private func makeCall(_ queue: CallQueue, at now: MonotonicInstant) -> Int {
        let configuration = CallConfiguration(seed: .random(in: 0 ... .max), wallClockOffset: SystemClock.wallClockOffset)
        let entry = CallEntry(call: Call(configuration, at: now), queue: queue)
        let number: Int
        if let free = freeNumbers.popLast() {
            number = free
            calls[number] = entry
        } else {
            number = calls.count
            calls.append(entry)
        }
        numbers[queue.id] = number
        return number
    }

    private func apply(
        _ plan: CallPlan, adding sockets: [CallSocket], removing slots: [Int], number: Int, at now: MonotonicInstant
    ) -> Bool {
        guard let entry = calls[number], !entry.call.isEnded, open(sockets, for: entry, number: number) else {
            for socket in sockets { socket.lease.close() }
            return false
        }
        // Requests change the leases of shared ports that the call has already.
        for socket in entry.sockets { socket.shared?.refresh(socket.holder) }
        entry.call.apply(plan, at: now, into: outbox.output)
        settle(entry, number: number)
        // What the plan still sends from the old sockets must leave before they close.
        outbox.flush()
        for slot in slots { closeSocket(slot, of: entry) }
        return true
    }

    /// Ends the call of a queue and forgets it; its last counters, if there is such a call.
    private func end(_ queue: CallQueue, at now: MonotonicInstant) -> CallStatistics? {
        guard let number = numbers.removeValue(forKey: queue.id), let entry = calls[number] else { return nil }
        if !entry.call.isEnded {
            entry.call.end(.requested, at: now, into: outbox.output)
            settle(entry, number: number)
            outbox.flush()
        }
        closeSockets(entry)
        deadlines.remove(number)
        calls[number] = nil
        freeNumbers.append(number)
        return entry.call.statistics()
    }

    // MARK: Sockets

    /// Takes over all of the sockets or none of them.
    private func open(_ sockets: [CallSocket], for entry: CallEntry, number: Int) -> Bool {
        for (index, socket) in sockets.enumerated() {
            guard open(socket, for: entry, number: number) else {
                for opened in sockets[..<index] { closeSocket(opened.slot, of: entry) }
                return false
            }
        }
        return true
    }

    private func open(_ socket: CallSocket, for entry: CallEntry, number: Int) -> Bool {
        guard entry.socket(slot: socket.slot) == nil else { return false }
        if socket.lease.isShared { return attach(socket, to: entry, number: number) }
        guard let descriptor = socket.lease.adopt() else { return false }
        let token = sockets.insert(SocketTable.Entry(descriptor: descriptor, call: number, slot: socket.slot))
        guard poller.add(descriptor, token: token) else {
            sockets.remove(token)
            socket.lease.end()
            return false
        }
        entry.sockets.append(CallEntry.Socket(slot: socket.slot, token: token, descriptor: descriptor, lease: socket.lease))
        return true
    }

    private func closeSocket(_ slot: Int, of entry: CallEntry) {
        guard let index = entry.sockets.firstIndex(where: { $0.slot == slot }) else { return }
        close(entry.sockets.remove(at: index))
    }

    func closeSockets(_ entry: CallEntry) {
        for socket in entry.sockets { close(socket) }
        entry.sockets.removeAll()
    }

    private func close(_ socket: CallEntry.Socket) {
        if let shared = socket.shared {
            shared.detach(socket.holder)
        } else {
            poller.remove(socket.descriptor)
            sockets.remove(socket.token)
        }
        socket.lease.end()
    }
}
