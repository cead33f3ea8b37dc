import CSockets
import MediaCore
import Wire

extension Worker {
    /// Sockets whose losses are looked up each time, ten times a second: the system tells them with each datagram too, but
    /// that costs more than it is worth.
    private static let audits = 32

    /// After each window of the load.
    func keepUp() {
        counters.set(load: governor.load, thrift: governor.thrift, changes: governor.changes)
        outbox.output.thrift = governor.thrift
        for _ in 0..<min(Self.audits, sockets.count) {
            nextAudited = nextAudited + 1 < sockets.count ? nextAudited + 1 : 0
            if sockets.isOpen(nextAudited) { countDrops(nextAudited) }
        }
    }

    /// Gives up the memory that a large number of calls has left behind.
    func tidy() {
        if numbers.isEmpty, sharedSockets.isEmpty {
            sockets.reset()
            deadlines = DeadlineHeap()
            calls = []
            freeNumbers = []
            numbers = [:]
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
