import Wire

/// Packets that came before the other side could be sent to, in the order in which they came.
///
/// Bounded in packets (5 s of 5 ms), bytes (5 s at 157 kbit/s, so that 5 s of G.711 fit whatever the packets' length) and,
/// by whoever fills it, in time (`longestSpan`).
final class PacketBacklog {
    struct Packet {
        var sequence: Int64
        /// [ticks of 48 kHz]
        var timestamp: Int64
        /// [ticks of 48 kHz]
        var duration: Int
        /// The index of its decoder.
        var format: UInt8
        var marker: Bool
        var arrival: MonotonicInstant
        /// `false` for a packet that only takes up a sequence number.
        var isAudio = true
        /// Its numbers have nothing to do with those before it.
        fileprivate(set) var startsAnew = false
        fileprivate var offset = 0
        fileprivate var length = 0

        init(
            sequence: Int64, timestamp: Int64, duration: Int, format: UInt8, marker: Bool, arrival: MonotonicInstant, isAudio: Bool = true
        ) {
            self.sequence = sequence
            self.timestamp = timestamp
            self.duration = duration
            self.format = format
            self.marker = marker
            self.arrival = arrival
            self.isAudio = isAudio
        }
    }

    /// From the first packet's arrival to the last one's.
    static let longestSpan = Nanoseconds.seconds(5)
    /// Longer payloads are no audio of a call: what fits in a datagram, for L16; 640 hold 80 ms of G.711 and 60 ms of Opus at
    /// 85 kbit/s [bytes].
    static let maximumPayload = Call.maximumPayloadLength
    private static let maximumPackets = 1000
    private static let maximumCapacity = 96 * 1024
    /// Half a second of 20 ms of G.711, which is the whole of it as a rule; it doubles where that does not suffice.
    private static let firstPackets = 25
    private static let firstCapacity = 4096

    private var storage: UnsafeMutableRawPointer
    private var capacity = PacketBacklog.firstCapacity
    private var packets: UnsafeMutablePointer<Packet>
    private var slots = PacketBacklog.firstPackets
    private var head = 0
    private(set) var count = 0
    /// Where the next payload goes; payloads lie one behind the other, from the first packet's on, and begin again at 0.
    private var end = 0
    /// The next packet starts anew.
    private(set) var spliceIsDue = false

    init() {
        storage = .allocate(byteCount: capacity, alignment: 16)
        packets = .allocate(capacity: slots)
    }

    deinit {
        storage.deallocate()
        packets.deallocate()
    }

    var first: Packet? { count == 0 ? nil : packets[head] }

    func payload(of packet: Packet) -> Bytes { Bytes(storage + packet.offset, count: packet.length) }

    /// The next packet is of another stream.
    func splice() { spliceIsDue = true }

    /// `false` when something has to be given up first.
    func hasRoom(for length: Int) -> Bool {
        while count == slots || place(for: length) == nil { if !grow() { return false } }
        return true
    }

    /// `false` when there is no room.
    @discardableResult
    func append(_ packet: Packet, payload: Bytes) -> Bool {
        guard hasRoom(for: payload.count), let offset = place(for: payload.count) else { return false }
        MutableBytes(storage + offset, count: payload.count).copy(payload, to: 0)
        end = offset + payload.count
        var packet = packet
        packet.offset = offset
        packet.length = payload.count
        packet.startsAnew = spliceIsDue
        spliceIsDue = false
        packets[(head + count) % slots] = packet
        count += 1
        return true
    }

    func removeFirst() {
        guard count > 0 else { return }
        head = (head + 1) % slots
        count -= 1
    }

    /// Takes out the first packet unplayed: the numbers before the next one are not missing.
    func giveUpFirst() {
        guard count > 0 else { return }
        removeFirst()
        if count > 0 { packets[head].startsAnew = true } else { spliceIsDue = true }
    }

    private func place(for length: Int) -> Int? {
        guard let first else { return length <= capacity ? 0 : nil }
        if end >= first.offset {
            if end + length <= capacity { return end }
            return length < first.offset ? 0 : nil
        }
        return end + length < first.offset ? end : nil
    }

    /// Doubles what is wanting, up to the bounds; the packets lie in order afterwards. `false` at the bounds.
    private func grow() -> Bool {
        let newSlots = count == slots ? min(2 * slots, Self.maximumPackets) : slots
        let newCapacity = count == slots ? capacity : min(2 * capacity, Self.maximumCapacity)
        guard newSlots > slots || newCapacity > capacity else { return false }
        let newStorage = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        let newPackets = UnsafeMutablePointer<Packet>.allocate(capacity: newSlots)
        end = 0
        for index in 0..<count {
            var packet = packets[(head + index) % slots]
            (newStorage + end).copyMemory(from: storage + packet.offset, byteCount: packet.length)
            packet.offset = end
            end += packet.length
            newPackets[index] = packet
        }
        storage.deallocate()
        packets.deallocate()
        (storage, capacity, packets, slots, head) = (newStorage, newCapacity, newPackets, newSlots, 0)
        return true
    }
}
