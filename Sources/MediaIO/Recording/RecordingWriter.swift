import CSockets
import Glibc
import MediaCore
import Synchronization

/// Writes recordings on a thread of its own: what workers have collected comes in whole blocks, one lock for each.
///
/// There are so many blocks and no more. While the disk is slower than the calls a worker gets none, and its calls' recordings have
/// gaps; media waits for nothing.
public final class RecordingWriter: Sendable {
    private enum Job: Sendable {
        case begin(UInt64, RecordingFiles)
        case describe(UInt64, RecordedDescription)
        case block(RecordingBlock)
        case end(UInt64, RecordingEnd)
    }

    private struct State: Sendable {
        var jobs: [Job] = []
        var empty: [RecordingBlock] = []
        /// That there are, wherever they are.
        var blocks = 0
        var thread: pthread_t?
        var isStopped = false
    }

    /// 16 MiB.
    static let maximumBlocks = 64
    /// More are not kept for later.
    private static let maximumEmpty = 4

    private let state = Locked(State())
    private let work = Semaphore()
    private let lastID = Atomic<UInt64>(0)

    // MARK: - Control side

    /// A number that no other recording has.
    public func makeID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Takes over the files of a recording that is going to begin. The thread is started with the first of them.
    public func begin(_ files: RecordingFiles, as id: UInt64) throws(EngineError) {
        do throws(EngineError) { try startThread() } catch {
            files.discard()
            throw error
        }
        post(.begin(id, files))
    }

    public func describe(_ id: UInt64, _ description: RecordedDescription) { post(.describe(id, description)) }

    /// Ends a recording behind everything that was handed over before.
    public func end(_ id: UInt64, _ end: RecordingEnd) { post(.end(id, end)) }

    /// What comes after `stop` is for nobody.
    private func post(_ job: Job) {
        let isTaken = state.withLock { state in
            if !state.isStopped { state.jobs.append(job) }
            return !state.isStopped
        }
        if isTaken { work.signal() }
    }

    // MARK: - Workers

    /// Takes a block over and gives an empty one; `nil` while there is none.
    func exchange(_ full: RecordingBlock?) -> RecordingBlock? {
        var isNew = false
        let block = state.withLock { state -> RecordingBlock? in
            if let full, !state.isStopped { state.jobs.append(.block(full)) }
            if let empty = state.empty.popLast() { return empty }
            guard state.blocks < Self.maximumBlocks, !state.isStopped else { return nil }
            state.blocks += 1
            isNew = true
            return nil
        }
        if full != nil { work.signal() }
        return isNew ? RecordingBlock() : block
    }

    /// Takes an empty block back.
    func giveBack(_ block: RecordingBlock) {
        block.removeAll()
        state.withLock { state in
            if state.empty.count < Self.maximumEmpty { state.empty.append(block) } else { state.blocks -= 1 }
        }
    }

    // MARK: - The thread

    private func startThread() throws(EngineError) {
        try state.withLock { (state) throws(EngineError) in
            guard state.thread == nil, !state.isStopped else { return }
            let context = Unmanaged.passRetained(self)
            var thread = pthread_t()
            let error = pthread_create(&thread, nil, { context in
                guard let context else { return nil }
                rtpbridge_prepare_thread("recorder")
                Unmanaged<RecordingWriter>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
            guard error == 0 else {
                context.release()
                throw .cannotStartThread(errno: error)
            }
            state.thread = thread
        }
    }

    /// Writes what was handed over and ends the thread, and with it the recordings that nobody has ended. Nothing is taken any more.
    func stop() {
        let thread = state.withLock { state in
            state.isStopped = true
            return state.thread.take()
        }
        guard let thread else { return }
        work.signal()
        pthread_join(thread, nil)
    }

    private func run() {
        var open: [UInt64: RecordingFiles] = [:]
        while true {
            work.wait()
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs { carryOut(job, &open) }
            guard isStopped else { continue }
            for files in open.values { files.end(nil) }
            return
        }
    }

    private func carryOut(_ job: Job, _ open: inout [UInt64: RecordingFiles]) {
        switch job {
        case .begin(let id, let files): open[id] = files
        case .describe(let id, let description):
            open[id]?.describe(description)
            open[id]?.flush()
        case .block(let block):
            var touched: Set<UInt64> = []
            block.forEach { id, entry in
                open[id]?.take(entry)
                touched.insert(id)
            }
            for id in touched { open[id]?.flush() }
            giveBack(block)
        case .end(let id, let end): open.removeValue(forKey: id)?.end(end)
        }
    }
}
