import Logging
import MediaIO
import Wire

/// Posts events one by one, each until it is taken or given up.
actor WebhookTarget: EventTarget {
    nonisolated let name = "webhook"
    private let poster: any EventPoster
    private let logger: Logger
    private let configuration: WebhookConfiguration
    private let sleep: @Sendable (Nanoseconds) async throws -> Void
    private let now: @Sendable () -> MonotonicInstant
    private var queue: WebhookQueue
    private var posts: [UInt64: Task<Void, Never>] = [:]
    /// Wakes when an event may be tried again, at the given instant.
    private var alarm: (at: MonotonicInstant, task: Task<Void, Never>)?
    private var isClosing = false
    /// The last try failed; the log tells of the first of several.
    private var isFailing = false
    private var whenIdle: CheckedContinuation<Void, Never>?

    init(
        _ configuration: WebhookConfiguration, poster: any EventPoster, logger: Logger,
        now: @escaping @Sendable () -> MonotonicInstant = { SystemClock.now },
        sleep: @escaping @Sendable (Nanoseconds) async throws -> Void = { try await Task.sleep(nanoseconds: UInt64(clamping: $0.count)) }
    ) {
        self.configuration = configuration
        self.poster = poster
        self.logger = logger
        self.now = now
        self.sleep = sleep
        queue = WebhookQueue(configuration, seed: UInt64.random(in: 0...UInt64.max))
        logger.info("events go to \(configuration.url) by HTTP POST\(configuration.secret == nil ? "" : ", signed")")
    }

    var counters: EventCounters { queue.counters }

    func send(_ message: EventMessage) {
        guard !isClosing else { return }
        queue.append(message, at: now())
        proceed()
    }

    /// Goes on for `flushTime` with what waits, repetitions included.
    func close() async {
        guard !isClosing else { return }
        isClosing = true
        if !queue.isEmpty {
            let limit = Task { [sleep, configuration] in
                try? await sleep(configuration.flushTime)
                self.giveUp()
            }
            await withCheckedContinuation { whenIdle = $0 }
            limit.cancel()
        }
        alarm?.task.cancel()
        await poster.close()
    }

    private func proceed() {
        while let entry = queue.next(at: now()) {
            posts[entry.place] = Task { [poster] in
                let result = await poster.post(entry.message)
                self.finish(entry.place, result)
            }
        }
        setAlarm()
        if queue.isEmpty { resumeClose() }
    }

    private func finish(_ place: UInt64, _ result: PostResult) {
        posts[place] = nil
        queue.finish(place, result.outcome, at: now())
        note(result)
        proceed()
    }

    private func note(_ result: PostResult) {
        let failed = result.outcome != .delivered
        if failed, !isFailing { logger.warning("webhook \(configuration.url) does not take events: \(result.detail)") }
        if !failed, isFailing { logger.notice("webhook \(configuration.url) takes events again") }
        isFailing = failed
    }

    private func setAlarm() {
        guard let deadline = queue.deadline, deadline != alarm?.at else { return }
        alarm?.task.cancel()
        let delay = max(.zero, deadline - now())
        alarm = (deadline, Task { [sleep] in
            guard (try? await sleep(delay)) != nil else { return }
            self.ring(deadline)
        })
    }

    private func ring(_ deadline: MonotonicInstant) {
        if alarm?.at == deadline { alarm = nil }
        proceed()
    }

    /// The time for the last events is over.
    private func giveUp() {
        queue.removeAll()
        for post in posts.values { post.cancel() }
        resumeClose()
    }

    private func resumeClose() {
        whenIdle?.resume()
        whenIdle = nil
    }
}
