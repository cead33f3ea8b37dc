import CSockets
import Glibc

extension Bench {
    /// One datagram of 172 bytes on loopback. Whoever sends does the receiving kernel's work too.
    static var sockets: [Bench] { [
        Bench.work("udp/send, 172 bytes on loopback", operations: 200) {
            let pair = try SocketPair()
            return Work(prepare: { pair.empty() }, run: { pair.send(200) })
        },
        Bench.work("udp/receive, 172 bytes, waiting", operations: 200) {
            let pair = try SocketPair()
            return Work(prepare: { pair.empty(); pair.send(200) }, run: { pair.receive(200) })
        },
    ] }
}

/// Two sockets; from one to the other.
private final class SocketPair {
    private let from, to: Int32
    private var address = rtpbridge_address(high: 0, low: 0x7f00_0001, port: 0, family: 4)
    private let room = UnsafeMutableRawPointer.allocate(byteCount: 2048, alignment: 16)

    init() throws {
        var options = rtpbridge_socket_options()
        options.receive_buffer = 1 << 20
        from = rtpbridge_udp_open(4, &options)
        to = rtpbridge_udp_open(4, &options)
        guard from >= 0, to >= 0, rtpbridge_udp_bind(to, &address) == 0, rtpbridge_udp_local_address(to, &address) == 0 else {
            throw MissingPart(what: "a socket")
        }
        room.initializeMemory(as: UInt8.self, repeating: 7, count: 2048)
    }

    deinit {
        close(from)
        close(to)
        room.deallocate()
    }

    func send(_ count: Int) {
        var datagram = rtpbridge_datagram(bytes: room, length: 172, destination: address)
        for _ in 0..<count { consume(rtpbridge_send(from, &datagram, 1)) }
    }

    func receive(_ count: Int) {
        for _ in 0..<count { consume(receiveOne()) }
    }

    func empty() { while receiveOne() >= 0 {} }

    private func receiveOne() -> Int {
        var source = rtpbridge_address()
        return rtpbridge_receive(to, room, 2048, &source)
    }
}
