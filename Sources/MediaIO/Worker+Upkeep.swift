import CSockets
import MediaCore
import Synchronization
import Wire

extension Worker {
    /// Sockets whose losses are looked up each time, ten times a second: the system tells them with each datagram too, but
    /// that costs more than it is worth.
    private static let audits = 32

    /// After each window of the load.
    func keepUp() {
        counters.set(load: governor.load, thrift: governor.thrift, changes: governor.changes)
        outbox.output.thrift = governor.thrift
        if hasRecordings { handOverRecordings() }
        for _ in 0..<min(Self.audits, sockets.count) {
            nextAudited = nextAudited + 1 < sockets.count ? nextAudited + 1 : 0
            if sockets.isOpen(nextAudited) { countDrops(nextAudited) }
        }
    }

    /// Gives what calls have recorded to the writer: ten times a second, when a block is half full, and before somebody is told of
    /// something behind which there is nothing more.
    func handOverRecordings() {
        let block = outbox.output.recordings
        counters.recordingLosses.store(outbox.output.recordingLosses, ordering: .relaxed)
        if let block, block.used == 0 { return }
        outbox.output.recordings = recordings.exchange(block)
    }

    /// Gives up the memory that a large number of calls has left behind.
    func tidy() {
        if numbers.isEmpty, sharedSockets.isEmpty {
            sockets.reset()
            deadlines = DeadlineHeap()
            calls = []
            freeNumbers = []
            numbers = [:]
            if let block = outbox.output.recordings, block.used == 0 {
                outbox.output.recordings = nil
                recordings.giveBack(block)
                hasRecordings = false
            }
        }
        rtpbridge_shed_cache()
    }

    /// Counts what the kernel has dropped for that socket since the last time.
    func countDrops(_ index: Int) {
        let drops = rtpbridge_udp_drops(sockets[index].descriptor)
        guard drops >= 0 else { return }
        let dropped = UInt32(truncatingIfNeeded: drops)
        counters.kernelDrops.increase(by: UInt64(dropped &- sockets[index].kernelDrops))
        sockets[index].kernelDrops = dropped
    }
}
