import CSockets
import Glibc
public import MediaCore
import Synchronization
public import Wire

/// The packet engine: a fixed set of workers, each a thread with an event loop and its own share of the calls.
///
/// A call lives on one worker from its first command to its end and is touched by no other thread.
public final class MediaEngine: Sendable {
    /// Which call (`CallHandle.id`), and what happened. Called on the worker's thread: it must be short and must not wait.
    public typealias EventHandler = @Sendable (UInt64, CallEvent) -> Void

    /// The parts of a worker that other threads may touch.
    private struct Link: Sendable {
        let mailbox = Mailbox()
        let counters = WorkerCounters()
    }

    private let configuration: EngineConfiguration
    private let links: [Link]
    private let status = Locked(PacketIOStatus(interface: .epoll))
    private let mailboxes: [Mailbox]
    private let handshakes = HandshakePool()
    /// Writes the calls' recordings.
    public let recordings = RecordingWriter()
    private let onEvent: EventHandler
    private let threads = Locked<[pthread_t]?>(nil)
    private let lastID = Atomic<UInt64>(0)

    public init(_ configuration: EngineConfiguration, onEvent: @escaping EventHandler) {
        self.configuration = configuration
        links = (0..<configuration.threads).map { _ in Link() }
        mailboxes = links.map(\.mailbox)
        self.onEvent = onEvent
    }

    /// The clock that the calls run on.
    public var now: MonotonicInstant { SystemClock.now }

    /// How packets pass between sockets and workers, once the engine has started.
    public var packetIO: PacketIOStatus { status.withLock { $0 } }

    /// One for each worker.
    public var statistics: [WorkerStatistics] {
        links.map { link in
            var snapshot = link.counters.snapshot
            snapshot.calls = link.mailbox.calls
            return snapshot
        }
    }

    /// Starts the workers: all of them or none.
    /// - Parameter pools: made for as many workers as the engine has; their ports are closed when the engine shuts down.
    public func start(sharing pools: [SharedPortPool] = []) throws(EngineError) {
        guard threads.withLock({ $0 == nil }) else { throw .alreadyStarted }
        let packetIO = PacketIOStatus(configuration.packetIO)
        status.withLock { $0 = packetIO }
        var workers: [Worker] = []
        for (index, link) in links.enumerated() {
            let ports = pools.flatMap(\.ports).filter { $0.worker == index }
            workers.append(try Worker(
                mailbox: link.mailbox, counters: link.counters, handshakes: handshakes, recordings: recordings,
                interface: packetIO.interface, ports: ports, media: configuration.media, onEvent: onEvent))
        }
        threads.withLock { $0 = [] }
        try handshakes.start(threads: configuration.handshakeThreads)
        for (index, worker) in workers.enumerated() {
            do throws(EngineError) {
                let thread = try Self.startThread(worker, number: index, isPinned: configuration.pinsThreads)
                threads.withLock { $0?.append(thread) }
            } catch {
                shutdown()
                throw error
            }
        }
    }

    /// Ends every call, closes its sockets and waits until all workers are gone. Commands that come later are refused.
    /// Not to be called from a worker's thread, that is, from a completion or an event handler.
    public func shutdown() {
        let running = threads.withLock { threads in
            let running = threads ?? []
            if threads != nil { threads = [] }
            return running
        }
        for link in links { link.mailbox.stop() }
        for thread in running { pthread_join(thread, nil) }
        handshakes.stop()
        recordings.stop()
    }

    /// Has the workers give up memory that they do not need with the calls that they have now, for the C library to give back.
    public func tidy() { for mailbox in mailboxes { mailbox.askForTidying() } }

    /// Calls now on each worker.
    public var callCounts: [Int] { mailboxes.map(\.calls) }

    /// A new call. Nothing happens until its first plan.
    /// - Parameter worker: where it shall live; `nil` for the worker that has the fewest calls.
    public func makeCall(on worker: Int? = nil) -> CallHandle {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let fewest = { [mailboxes] in mailboxes.indices.min { mailboxes[$0].calls < mailboxes[$1].calls } }
        let chosen = worker.flatMap { mailboxes.indices.contains($0) ? $0 : nil } ?? fewest() ?? 0
        return CallHandle(queue: CallQueue(id: id), mailboxes: mailboxes, worker: chosen)
    }

    /// Returns once the thread can work, or has ended because it cannot.
    private static func startThread(_ worker: Worker, number: Int, isPinned: Bool) throws(EngineError) -> pthread_t {
        let boot = Boot(worker: worker, number: number, isPinned: isPinned)
        let context = Unmanaged.passRetained(boot)
        var thread = pthread_t()
        let error = pthread_create(&thread, nil, { context in
            guard let context else { return nil }
            let boot = Unmanaged<Boot>.fromOpaque(context).takeRetainedValue()
            rtpbridge_prepare_thread("media-\(boot.number)")
            if boot.isPinned { rtpbridge_pin_thread(Int32(boot.number)) }
            boot.worker.run { failure in
                boot.failure.withLock { $0 = failure }
                boot.hasBegun.signal()
            }
            return nil
        }, context.toOpaque())
        guard error == 0 else {
            context.release()
            throw .cannotStartThread(errno: error)
        }
        boot.hasBegun.wait()
        guard let failure = boot.failure.withLock({ $0 }) else { return thread }
        pthread_join(thread, nil)
        throw failure
    }
}

/// What a new thread is given.
private final class Boot {
    let worker: Worker
    let number: Int
    let isPinned: Bool
    let hasBegun = Semaphore()
    let failure = Locked<EngineError?>(nil)

    init(worker: Worker, number: Int, isPinned: Bool) {
        self.worker = worker
        self.number = number
        self.isPinned = isPinned
    }
}
