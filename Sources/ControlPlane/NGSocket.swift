import CSockets
import Glibc
import Logging
import MediaIO
import Wire

/// One UDP socket for ng: requests are read and replies sent up to 32 at a time.
///
/// A reply leaves from the address that its request came to; on a socket that is bound to every address the datagrams themselves
/// say which that was, because the system would choose another one on a machine with several.
@ControlActor
final class NGSocket: ControlLoopMember {
    struct Failure: Error, CustomStringConvertible {
        var errno: Int32
        var description: String { String(cString: strerror(errno)) }
    }

    /// Where it listens, with the port that the system chose.
    let address: TransportAddress
    private let server: NGServer
    private let logger: Logger
    private let descriptor: Int32
    private var token: UInt64?
    /// As it was set on the socket.
    private var trafficClass: UInt8 = 0
    private var outgoing: [(path: rtpbridge_path, bytes: [UInt8])] = []

    private static let batch = 32
    /// The longest UDP payload there is, rounded up [bytes].
    private static let maximumLength = 65_536
    /// Some thousand requests, which come in one piece when a proxy starts or has waited for us [bytes].
    private static let receiveBuffer: Int32 = 4 << 20
    /// Room for a batch. The system gives memory to the pages that are used.
    private static let buffer = UnsafeMutableRawPointer.allocate(byteCount: batch * maximumLength, alignment: 16)

    init(_ address: TransportAddress, server: NGServer, logger: Logger) throws(Failure) {
        self.server = server
        self.logger = logger
        var system = rtpbridge_address(high: address.ip.high, low: address.ip.low, port: address.port, family: address.ip.family.rawValue)
        descriptor = rtpbridge_control_open(&system, Self.receiveBuffer)
        guard descriptor >= 0 else { throw Failure(errno: -descriptor) }
        rtpbridge_udp_local_address(descriptor, &system)
        self.address = TransportAddress(ip: address.ip, port: system.port)
        server.configuration.controlPathMTU?.apply(to: descriptor, isIPv6: address.ip.family == .v6)
        setTrafficClass()
        token = ControlLoop.shared.watch(descriptor) { [weak self] in self?.read() }
        guard token != nil else {
            let failure = Failure(errno: errno)
            Glibc.close(descriptor)
            throw failure
        }
        ControlLoop.shared.add(self)
    }

    func close() {
        guard let token else { return }
        flush()
        ControlLoop.shared.unwatch(descriptor, token: token)
        ControlLoop.shared.remove(self)
        Glibc.close(descriptor)
        self.token = nil
    }

    private func setTrafficClass() {
        guard server.trafficClass != trafficClass else { return }
        trafficClass = server.trafficClass
        TrafficClass.set(trafficClass, on: descriptor, isIPv6: address.ip.family == .v6)
    }

    /// Replies at the end of the turn.
    private func send(_ bytes: [UInt8], _ path: rtpbridge_path) {
        if token != nil { outgoing.append((path, bytes)) }
    }

    private func read() {
        withUnsafeTemporaryAllocation(of: rtpbridge_request.self, capacity: Self.batch) { requests in
            let count = rtpbridge_control_receive(
                descriptor, Self.buffer, Self.maximumLength, Self.maximumLength, Int32(Self.batch), requests.baseAddress)
            for index in 0..<max(0, Int(count)) where requests[index].length >= 0 {
                let path = requests[index].path
                let datagram = Bytes(Self.buffer + index * Self.maximumLength, count: requests[index].length)
                server.receive(datagram, from: TransportAddress(path.remote)) { [weak self] in self?.send($0, path) }
            }
        }
    }

    func flush() {
        setTrafficClass()
        var first = 0
        while first < outgoing.count {
            let count = min(Self.batch, outgoing.count - first)
            let sent = send(first, count)
            if sent <= 0 {
                let reply = outgoing[first]
                let remote = TransportAddress(reply.path.remote)
                // The client asks again and gets it from the cache.
                logger.warning("reply of \(reply.bytes.count) bytes to \(remote) is lost: \(Failure(errno: -sent))")
            }
            first += max(1, Int(sent))
        }
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= 1_024)
    }

    private func send(_ first: Int, _ count: Int) -> Int32 {
        withUnsafeTemporaryAllocation(of: rtpbridge_reply.self, capacity: count) { replies in
            fill(replies, first, 0)
        }
    }

    /// Holds on to the bytes of one reply after the other, then sends them all.
    private func fill(_ replies: UnsafeMutableBufferPointer<rtpbridge_reply>, _ first: Int, _ index: Int) -> Int32 {
        guard index < replies.count else { return rtpbridge_control_send(descriptor, replies.baseAddress, Int32(index)) }
        let reply = outgoing[first + index]
        return reply.bytes.withUnsafeBytes { bytes in
            replies.initializeElement(at: index, to: rtpbridge_reply(path: reply.path, bytes: bytes.baseAddress, length: bytes.count))
            return fill(replies, first, index + 1)
        }
    }
}

private extension TransportAddress {
    init(_ address: rtpbridge_address) {
        let ip = address.family == 4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low)) : IPAddress(v6High: address.high, low: address.low)
        self.init(ip: ip, port: address.port)
    }
}
