public import Wire

/// What calls want recorded, one entry behind the other in memory of a fixed size: nothing is allocated for a packet.
///
/// A worker lends one to its calls (`CallOutput.recordings`) and hands it on as a whole; whoever has it is the only one.
public final class RecordingBlock: @unchecked Sendable {
    public enum Entry {
        /// A packet between two addresses; the bytes are RTP or RTCP in the clear, or what else an m-line carries.
        case packet(Bytes, source: TransportAddress, destination: TransportAddress, unixNanoseconds: Int64)
        /// Samples of both channels in turn.
        case audio(UnsafeBufferPointer<Int16>)
        /// So many samples of each channel are 0.
        case silence(Int)
    }

    private enum Kind { case packet, audio, silence }

    private struct Head {
        var recording: UInt64
        /// Unix time of a packet [ns].
        var time: Int64 = 0
        var source = TransportAddress(ip: IPAddress(v4: 0), port: 0)
        var destination = TransportAddress(ip: IPAddress(v4: 0), port: 0)
        /// Of what follows [bytes]; for silence, of what it stands for [samples].
        var length: Int
        var kind: Kind
    }

    public static let capacity = 256 << 10
    private static let headLength = (MemoryLayout<Head>.stride + 15) & ~15

    private let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    /// [bytes]
    public private(set) var used = 0

    public init() {}

    deinit { memory.deallocate() }

    public func removeAll() { used = 0 }

    /// - Returns: `false` where there is no room.
    func append(
        _ packet: Bytes, from source: TransportAddress, to destination: TransportAddress, at unixNanoseconds: Int64, recording: UInt64
    ) -> Bool {
        let head = Head(
            recording: recording, time: unixNanoseconds, source: source, destination: destination, length: packet.count, kind: .packet)
        guard let room = append(head, bodyLength: packet.count) else { return false }
        return room.copy(packet, to: 0)
    }

    /// - Parameter samples: of both channels in turn.
    func append(_ samples: UnsafeBufferPointer<Int16>, recording: UInt64) -> Bool {
        let bytes = Bytes(UnsafeRawBufferPointer(samples))
        let head = Head(recording: recording, length: bytes.count, kind: .audio)
        guard let room = append(head, bodyLength: bytes.count) else { return false }
        return room.copy(bytes, to: 0)
    }

    func append(silence samples: Int, recording: UInt64) -> Bool {
        append(Head(recording: recording, length: samples, kind: .silence), bodyLength: 0) != nil
    }

    private func append(_ head: Head, bodyLength: Int) -> MutableBytes? {
        let length = Self.headLength + (bodyLength + 15) & ~15
        guard length <= Self.capacity - used else { return nil }
        let place = memory + used
        place.initializeMemory(as: Head.self, to: head)
        used += length
        return MutableBytes(place + Self.headLength, count: bodyLength)
    }

    /// In the order in which they were put in. What is given to `body` is valid until it returns.
    public func forEach(_ body: (_ recording: UInt64, Entry) -> Void) {
        var offset = 0
        while offset < used {
            let head = (memory + offset).assumingMemoryBound(to: Head.self).pointee
            let start = memory + offset + Self.headLength
            offset += Self.headLength
            switch head.kind {
            case .packet:
                body(head.recording, .packet(
                    Bytes(start, count: head.length), source: head.source, destination: head.destination, unixNanoseconds: head.time))
            case .audio:
                let count = head.length / MemoryLayout<Int16>.size
                body(head.recording, .audio(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Int16.self), count: count)))
            case .silence:
                body(head.recording, .silence(head.length))
                continue
            }
            offset += (head.length + 15) & ~15
        }
    }
}
