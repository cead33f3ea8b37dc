import Wire

/// Stands for the passing of time: a sleeper wakes when the test says so.
actor SleepGate {
    private var sleepers: [(id: Int, length: Nanoseconds, continuation: CheckedContinuation<Void, any Error>)] = []
    private var waiters: [(length: Nanoseconds, continuation: CheckedContinuation<Void, Never>)] = []
    private var lastID = 0
    private var cancelled: Set<Int> = []

    func sleep(_ length: Nanoseconds) async throws {
        lastID += 1
        let id = lastID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if cancelled.remove(id) != nil { return continuation.resume(throwing: CancellationError()) }
                sleepers.append((id, length, continuation))
                for waiter in waiters where waiter.length == length { waiter.continuation.resume() }
                waiters.removeAll { $0.length == length }
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    /// Waits until somebody sleeps that long, then wakes all who do.
    func wake(_ length: Nanoseconds) async {
        await untilAsleep(length)
        for sleeper in sleepers where sleeper.length == length { sleeper.continuation.resume() }
        sleepers.removeAll { $0.length == length }
    }

    func untilAsleep(_ length: Nanoseconds) async {
        if sleepers.contains(where: { $0.length == length }) { return }
        await withCheckedContinuation { waiters.append((length, $0)) }
    }

    var lengths: [Nanoseconds] { sleepers.map(\.length) }

    private func cancel(_ id: Int) {
        guard let index = sleepers.firstIndex(where: { $0.id == id }) else {
            cancelled.insert(id)
            return
        }
        sleepers.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
