import CSockets
import Wire

/// Room for the datagrams that one system call brings from a shared port.
final class ReceiveBatch {
    private static let stride = Worker.bufferLength + Worker.bufferSlack

    let capacity: Int
    private let buffers: UnsafeMutableRawPointer
    private let received: UnsafeMutablePointer<rtpbridge_received>

    /// - Parameter capacity: [datagrams], at most 32.
    init(capacity: Int) {
        self.capacity = capacity
        buffers = .allocate(byteCount: capacity * Self.stride, alignment: 16)
        received = .allocate(capacity: capacity)
        received.initialize(repeating: rtpbridge_received(), count: capacity)
    }

    deinit {
        buffers.deallocate()
        received.deallocate()
    }

    /// Receives up to `count` datagrams in place of those before. Returns how many, or a negative errno.
    func receive(from descriptor: Int32, count: Int, dropped: inout UInt32) -> Int {
        Int(rtpbridge_receive_batch(
            descriptor, buffers, Self.stride, Worker.bufferLength, Int32(min(count, capacity)), received, &dropped))
    }

    /// One of the last datagrams; `nil` bytes if it was too long.
    subscript(index: Int) -> (source: TransportAddress, bytes: MutableBytes?) {
        let item = received[index]
        let bytes = item.length < 0 ? nil : MutableBytes(buffers + index * Self.stride, count: item.length)
        return (TransportAddress(item.source), bytes)
    }
}
