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
            case .perform(let action, let completion):
                completion(perform(action, for: queue, at: now))
            case .statistics(let completion):
                completion(entry(queue)?.call.statistics())
            case .end(let completion):
                let last = end(queue, at: now)
                mailbox.callRemoved()
                completion(last)
            case .finish(let step):
                guard let number = numbers[queue.id], let entry = calls[number] else { break }
                entry.call.finish(step, at: SystemClock.now, into: outbox.output)
                settle(entry, number: number)
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
        var configuration = CallConfiguration(
            seed: .random(in: 0 ... .max), wallClockOffset: SystemClock.wallClockOffset, handshakesApart: true,
            audioGrid: Coalescing.audioGrid)
        configuration.media = media
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
        setTrafficClass(plan.trafficClass, of: entry)
        if plan.recording != nil, outbox.output.recordings == nil {
            hasRecordings = true
            outbox.output.recordings = recordings.exchange(nil)
        }
        entry.call.apply(plan, at: now, into: outbox.output)
        settle(entry, number: number)
        if hasRecordings { handOverRecordings() }
        // What the plan still sends from the old sockets must leave before they close.
        outbox.flush()
        for slot in slots { closeSocket(slot, of: entry) }
        return true
    }

    private func perform(_ action: CallAction, for queue: CallQueue, at now: MonotonicInstant) -> Bool {
        guard let number = numbers[queue.id], let entry = calls[number], !entry.call.isEnded else { return false }
        defer { settle(entry, number: number) }
        return entry.call.perform(action, at: now, into: outbox.output)
    }

    /// Ends the call of a queue and forgets it; its last counters, if there is such a call.
    private func end(_ queue: CallQueue, at now: MonotonicInstant) -> CallStatistics? {
        guard let number = numbers.removeValue(forKey: queue.id), let entry = calls[number] else { return nil }
        if !entry.call.isEnded {
            entry.call.end(.requested, at: now, into: outbox.output)
            settle(entry, number: number)
            outbox.flush()
        }
        if hasRecordings { handOverRecordings() }
        closeSockets(entry)
        deadlines.remove(number)
        calls[number] = nil
        freeNumbers.append(number)
        return entry.call.statistics()
    }
}
