import Wire

/// Packets that came before the other side could be sent to: kept in order, oldest given up first when full.
///
/// Bounded in bytes and, by that, in time: 5 s of G.711 in 20 ms packets.
final class PacketBacklog {
    struct Packet {
        var sequence: Int64
        var timestamp: Int64
        /// [ticks of the timestamp's clock]
        var duration: Int
        var payloadType: UInt8
        var marker: Bool
        var arrival: MonotonicInstant
        fileprivate var offset: Int
        fileprivate var length: Int
    }

    private static let maximumPackets = 256
    /// Longer payloads are no audio of a call: 640 holds 60 ms of G.711 and 80 kbit/s of Opus [bytes].
    static let slotLength = 640

    private let storage: UnsafeMutableRawPointer
    private let packets: UnsafeMutablePointer<Packet>
    private var head = 0
    private(set) var count = 0

    init() {
        storage = .allocate(byteCount: Self.maximumPackets * Self.slotLength, alignment: 16)
        packets = .allocate(capacity: Self.maximumPackets)
    }

    deinit {
        storage.deallocate()
        packets.deallocate()
    }

    /// `false` for a payload that is longer than any audio packet is.
    func append(
        sequence: Int64, timestamp: Int64, duration: Int, payloadType: UInt8, marker: Bool, payload: Bytes, arrival: MonotonicInstant
    ) -> Bool {
        guard payload.count <= Self.slotLength else { return false }
        if count == Self.maximumPackets { removeFirst() }
        let index = (head + count) % Self.maximumPackets
        let offset = index * Self.slotLength
        MutableBytes(storage + offset, count: Self.slotLength).copy(payload, to: 0)
        packets[index] = Packet(
            sequence: sequence, timestamp: timestamp, duration: duration, payloadType: payloadType, marker: marker, arrival: arrival,
            offset: offset, length: payload.count)
        count += 1
        return true
    }

    var first: Packet? { count == 0 ? nil : packets[head] }

    func payload(of packet: Packet) -> Bytes { Bytes(storage + packet.offset, count: packet.length) }

    func removeFirst() {
        guard count > 0 else { return }
        head = (head + 1) % Self.maximumPackets
        count -= 1
    }
}
