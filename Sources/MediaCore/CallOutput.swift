public import Wire

/// Where a call puts what it wants done: datagrams to send and events to report.
///
/// The worker owns one, lends it to each call in turn and empties it after every batch, so that
/// nothing is allocated for a packet.
public final class CallOutput {
    /// One datagram to send; its bytes lie in the arena.
    public struct Datagram {
        /// Where the bytes start in the arena.
        public var offset: Int
        public var length: Int
        /// The call's socket to send from (`LocalSocket.slot`).
        public var slot: Int
        public var destination: TransportAddress
    }

    /// The largest datagram that a call sends [bytes].
    public static let maximumDatagramLength = 2048

    @usableFromInline let arena: UnsafeMutableRawPointer
    @usableFromInline let arenaLength: Int
    @exclusivity(unchecked) @usableFromInline var used = 0
    /// The datagrams in the order in which they shall leave.
    @exclusivity(unchecked) public private(set) var datagrams: [Datagram] = []
    /// How sparing encoders shall be; the worker sets it, calls read it with each frame.
    public var thrift = EncodingThrift.none
    /// What happened, in order; see `CallEvent`.
    public private(set) var events: [CallEvent] = []

    /// Where recorded calls put what is to be written; whoever owns the output puts one in and takes it out when there is
    /// something in it. Without one it is lost.
    @exclusivity(unchecked) public var recordings: RecordingBlock?
    /// Packets and frames for which there was no room in it.
    public private(set) var recordingLosses: UInt64 = 0

    /// Handshake work to be done elsewhere; see `HandshakeStep`.
    public private(set) var handshakes: [HandshakeStep] = []

    /// - Parameter capacity: how many datagrams of the largest size fit before it must be emptied.
    public init(capacity: Int = 64) {
        arenaLength = max(1, capacity) * Self.maximumDatagramLength
        arena = .allocate(byteCount: arenaLength, alignment: 16)
        datagrams.reserveCapacity(max(1, capacity) * 8)
        events.reserveCapacity(64)
    }

    deinit { arena.deallocate() }

    /// Room for one datagram of the largest size, or `nil` when full; then the packet is dropped and counted.
    @inlinable public func reserve() -> MutableBytes? {
        guard arenaLength - used >= Self.maximumDatagramLength else { return nil }
        return MutableBytes(arena + used, count: Self.maximumDatagramLength)
    }

    /// Queues the first `length` bytes of the room that `reserve()` gave.
    public func commit(length: Int, slot: Int, to destination: TransportAddress) {
        assert(length <= Self.maximumDatagramLength && length <= arenaLength - used)
        datagrams.append(Datagram(offset: used, length: length, slot: slot, destination: destination))
        used += (length + 15) & ~15
    }

    /// The bytes of one queued datagram; valid until `removeAll()`.
    @inlinable public func bytes(of datagram: Datagram) -> Bytes {
        Bytes(UnsafeRawPointer(arena + datagram.offset), count: datagram.length)
    }

    /// `true` when less than a quarter of the room is left: time to send.
    public var isNearlyFull: Bool { arenaLength - used < arenaLength / 4 }

    public func report(_ event: CallEvent) { events.append(event) }

    func countRecordingLoss() { recordingLosses &+= 1 }

    func put(_ step: HandshakeStep) { handshakes.append(step) }

    /// The steps that were put in since the last time. A call waits for each of its own.
    public func takeHandshakes() -> [HandshakeStep] {
        defer { handshakes.removeAll(keepingCapacity: true) }
        return handshakes
    }

    /// Empties it but for the handshakes; the memory stays.
    public func removeAll() {
        used = 0
        datagrams.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }
}
