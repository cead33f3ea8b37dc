public import MediaCore
import Synchronization

/// What one worker did since it started, by value.
public struct WorkerStatistics: Sendable, Equatable {
    public var packetsReceived: UInt64 = 0
    /// UDP payload bytes.
    public var bytesReceived: UInt64 = 0
    public var packetsSent: UInt64 = 0
    public var bytesSent: UInt64 = 0
    /// Packets that the system refused to send, for example for want of a route or of buffer space.
    public var sendErrors: UInt64 = 0
    /// Errors of the system while reading, such as a refused port that ICMP reported.
    public var receiveErrors: UInt64 = 0
    /// Datagrams longer than any media packet, dropped.
    public var oversized: UInt64 = 0
    /// Datagrams that the kernel dropped because a socket's queue was full.
    public var kernelDrops: UInt64 = 0
    /// Datagrams to a shared port that belong to none of its calls, dropped.
    public var sharedUnknown: UInt64 = 0
    /// Datagrams to a shared port beyond what one call may get there in a time, dropped.
    public var sharedExcess: UInt64 = 0
    /// Packets that were not sent from a shared port: another call has the destination, or it is a stranger's who has not
    /// shown the password.
    public var sharedWithheld: UInt64 = 0
    /// Wake-ups for a socket that had been closed meanwhile.
    public var lateWakeUps: UInt64 = 0
    /// Plans, queries and ends that were carried out.
    public var commands: UInt64 = 0
    /// Times that a call was woken at the moment it had asked for.
    public var deadlines: UInt64 = 0
    /// Deadlines that were met more than 5 ms late: the machine is too busy.
    public var lateDeadlines: UInt64 = 0
    /// Turns of the loop.
    public var turns: UInt64 = 0
    /// The share of the last second that the worker's thread was at work; 0 to 1.
    public var load: Double = 0
    /// How sparing its encoders are because of that, and how often that has changed.
    public var thrift = EncodingThrift.none
    public var thriftChanges: UInt64 = 0
    /// Sockets that were given a twin connected to the peer.
    public var twins: UInt64 = 0
    /// Packets and frames that are missing from recordings.
    public var recordingLosses: UInt64 = 0
    /// Calls now on this worker.
    public var calls: Int = 0

    public init() {}
}

/// The live counters of a worker. Only its thread adds, anybody may read: plain loads and stores, no locked instruction.
final class WorkerCounters: Sendable {
    let packetsReceived = Atomic<UInt64>(0)
    let bytesReceived = Atomic<UInt64>(0)
    let packetsSent = Atomic<UInt64>(0)
    let bytesSent = Atomic<UInt64>(0)
    let sendErrors = Atomic<UInt64>(0)
    let receiveErrors = Atomic<UInt64>(0)
    let oversized = Atomic<UInt64>(0)
    let kernelDrops = Atomic<UInt64>(0)
    let sharedUnknown = Atomic<UInt64>(0)
    let sharedExcess = Atomic<UInt64>(0)
    let sharedWithheld = Atomic<UInt64>(0)
    let lateWakeUps = Atomic<UInt64>(0)
    let commands = Atomic<UInt64>(0)
    let deadlines = Atomic<UInt64>(0)
    let lateDeadlines = Atomic<UInt64>(0)
    let turns = Atomic<UInt64>(0)
    let twins = Atomic<UInt64>(0)
    let recordingLosses = Atomic<UInt64>(0)
    /// The bits of a `Double`.
    private let load = Atomic<UInt64>(0)
    private let thrift = Atomic<UInt8>(0)
    private let thriftChanges = Atomic<UInt64>(0)

    func set(load: Double, thrift: EncodingThrift, changes: UInt64) {
        self.load.store(load.bitPattern, ordering: .relaxed)
        self.thrift.store(thrift.rawValue, ordering: .relaxed)
        thriftChanges.store(changes, ordering: .relaxed)
    }

    var snapshot: WorkerStatistics {
        var copy = WorkerStatistics()
        copy.packetsReceived = packetsReceived.load(ordering: .relaxed)
        copy.bytesReceived = bytesReceived.load(ordering: .relaxed)
        copy.packetsSent = packetsSent.load(ordering: .relaxed)
        copy.bytesSent = bytesSent.load(ordering: .relaxed)
        copy.sendErrors = sendErrors.load(ordering: .relaxed)
        copy.receiveErrors = receiveErrors.load(ordering: .relaxed)
        copy.oversized = oversized.load(ordering: .relaxed)
        copy.kernelDrops = kernelDrops.load(ordering: .relaxed)
        copy.sharedUnknown = sharedUnknown.load(ordering: .relaxed)
        copy.sharedExcess = sharedExcess.load(ordering: .relaxed)
        copy.sharedWithheld = sharedWithheld.load(ordering: .relaxed)
        copy.lateWakeUps = lateWakeUps.load(ordering: .relaxed)
        copy.commands = commands.load(ordering: .relaxed)
        copy.deadlines = deadlines.load(ordering: .relaxed)
        copy.lateDeadlines = lateDeadlines.load(ordering: .relaxed)
        copy.turns = turns.load(ordering: .relaxed)
        copy.twins = twins.load(ordering: .relaxed)
        copy.recordingLosses = recordingLosses.load(ordering: .relaxed)
        copy.load = Double(bitPattern: load.load(ordering: .relaxed))
        copy.thrift = EncodingThrift(rawValue: thrift.load(ordering: .relaxed)) ?? .none
        copy.thriftChanges = thriftChanges.load(ordering: .relaxed)
        return copy
    }
}

extension Atomic<UInt64> {
    /// Adds without a locked instruction: right only where one thread adds.
    @inline(__always)
    func increase(by amount: UInt64 = 1) {
        store(load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
}
