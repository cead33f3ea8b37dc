import Logging
import MediaIO
import NIOCore
import Synchronization
import Wire

/// Takes the events of all calls and hands them to every target, in order.
///
/// A call never waits for it: `publish` puts the record into a bounded queue, and one task makes JSON of it. When the
/// targets cannot keep up the newest events are given up and counted.
final class EventPublisher: Sendable {
    private let queue: AsyncStream<CallEventRecord>.Continuation?
    private let pump: Task<Void, Never>?
    private let kinds: Set<EventKind>
    private let droppedCount = Atomic<UInt64>(0)
    private let targets: [any EventTarget]
    private let logger: Logger

    /// Events that wait for the one task that makes JSON of them.
    static let maximumPending = 4_096

    /// - Parameters:
    ///   - kinds: the others are left out.
    ///   - firstID: larger than every one before, which the Unix time in microseconds is.
    init(targets: [any EventTarget], kinds: Set<EventKind> = Set(EventKind.allCases), firstID: UInt64, logger: Logger) {
        self.targets = targets
        self.kinds = kinds
        self.logger = logger
        guard !targets.isEmpty else {
            queue = nil
            pump = nil
            return
        }
        let (records, queue) = AsyncStream.makeStream(of: CallEventRecord.self, bufferingPolicy: .bufferingOldest(Self.maximumPending))
        self.queue = queue
        pump = Task {
            // Numbered here and not where they come from: calls publish at the same time.
            var id = firstID
            for await record in records {
                await Self.send(record, as: id, to: targets, logger: logger)
                id &+= 1
            }
        }
    }

    /// Hands nothing to nobody.
    static func silent(_ logger: Logger) -> EventPublisher { EventPublisher(targets: [], firstID: 0, logger: logger) }

    /// Opens what the configuration names.
    ///
    /// - Parameter unixNanoseconds: the wall clock.
    static func start(
        _ configuration: EventConfiguration, on group: any EventLoopGroup, logger: Logger, unixNanoseconds: @escaping @Sendable () -> Int64
    ) async throws(EventTargetError) -> EventPublisher {
        var targets: [any EventTarget] = []
        do throws(EventTargetError) {
            if let host = configuration.udp { targets.append(try await UDPTarget.open(host, on: group, logger: logger)) }
            if let webSocket = configuration.webSocket {
                targets.append(try await EventServer.open(webSocket, on: group.next(), logger: logger))
            }
        } catch {
            for target in targets { await target.close() }
            throw error
        }
        if let webhook = configuration.webhook {
            let client = WebhookClient(webhook, on: group, unixNanoseconds: unixNanoseconds)
            targets.append(WebhookTarget(webhook, poster: client, logger: logger))
        }
        return EventPublisher(
            targets: targets, kinds: configuration.kinds, firstID: UInt64(clamping: unixNanoseconds() / 1_000), logger: logger)
    }

    /// `false` when there is nobody to tell, and making a record would be for nothing.
    func wants(_ kind: EventKind) -> Bool { queue != nil && kinds.contains(kind) }

    /// Queues an event; it gets its number when it leaves the queue.
    func publish(_ record: CallEventRecord) {
        guard let queue, kinds.contains(record.kind) else { return }
        if case .dropped = queue.yield(record) { droppedCount.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Sends what waits and closes the targets; what is published from now on is lost.
    func close() async {
        queue?.finish()
        await pump?.value
        await withTaskGroup(of: Void.self) { group in
            for target in targets { group.addTask { await target.close() } }
        }
        await logCounters()
    }

    /// Events that did not even reach the targets.
    var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }

    /// Where WebSocket clients connect to; `nil` without a server.
    var webSocketAddress: SocketAddress? { targets.lazy.compactMap { ($0 as? EventServer)?.localAddress }.first }

    private static func send(_ record: CallEventRecord, as id: UInt64, to targets: [any EventTarget], logger: Logger) async {
        var record = record
        record.id = id
        let body: ByteBuffer
        do { body = ByteBuffer(bytes: try record.json()) } catch {
            return logger.error("an event is lost, it cannot be written as JSON: \(error)")
        }
        let message = EventMessage(id: id, kind: record.kind, callID: record.callID, body: body)
        for target in targets { await target.send(message) }
    }

    private func logCounters() async {
        for target in targets {
            let counters = await target.counters
            let numbers = "sent \(counters.sent), retried \(counters.retried), dropped \(counters.dropped), failed \(counters.failed)"
            logger.info("events by \(target.name): \(numbers)")
        }
        if dropped > 0 { logger.warning("\(dropped) events were given up, the targets could not keep up") }
    }
}
