import CSockets
import Glibc
import Wire

/// How packets pass between the sockets and the workers.
public enum PacketInterface: String, Sendable, CaseIterable {
    /// Readiness from epoll, one system call for each datagram.
    case epoll
    /// io_uring: multishot receives into lent buffers, batched sends. Linux 6.1 and later.
    case ioUring = "io-uring"
}

extension PacketIOStatus {
    /// Tries what the choice asks for, and takes epoll where the system has no io_uring, an old one, or forbids it.
    init(_ choice: PacketInterfaceChoice) {
        guard choice == .ioUring else {
            self.init(interface: .epoll)
            return
        }
        let refusal = PacketIO.refusal(of: .ioUring)
        self.init(interface: refusal == nil ? .ioUring : .epoll, refusal: refusal)
    }
}

/// The packets of one worker, in and out, and its wake-ups. Confined to the worker's thread, but for `init`.
final class PacketIO {
    /// What `next` gave; its bytes are valid until the next call.
    typealias Packet = rtpbridge_io_packet

    static let signal = UInt64.max
    let interface: PacketInterface
    private let io: OpaquePointer

    /// - Parameter signal: an eventfd; that it is readable comes as a packet with the token `signal`.
    init(_ interface: PacketInterface, signal: Int32) throws(EngineError) {
        self.interface = interface
        var opened: OpaquePointer?
        let kind = interface == .epoll ? RTPBRIDGE_IO_EPOLL : RTPBRIDGE_IO_URING
        let error = rtpbridge_io_open(kind, signal, &opened)
        guard let opened else { throw .cannotPoll(errno: -error) }
        io = opened
    }

    deinit { rtpbridge_io_close(io) }

    /// The errno value with which the system refuses the interface; `nil` if it does not.
    static func refusal(of interface: PacketInterface) -> Int32? {
        let signal = rtpbridge_eventfd_create()
        guard signal >= 0 else { return -signal }
        defer { close(signal) }
        do { try PacketIO(interface, signal: signal).begin() } catch .cannotPoll(let error) { return error } catch { return EINVAL }
        return nil
    }

    /// To be called once, on the worker's thread, before anything else.
    func begin() throws(EngineError) {
        let error = rtpbridge_io_begin(io)
        guard error >= 0 else { throw .cannotPoll(errno: -error) }
    }

    /// From now on what comes to the socket is told with `token`; `false` if the system refuses.
    /// - Parameter isShared: many datagrams may be taken at a time.
    func add(_ socket: Int32, token: UInt64, isShared: Bool = false) -> Bool {
        rtpbridge_io_add(io, socket, token, isShared ? 1 : 0) == 0
    }

    /// To be called right before the socket is closed.
    func remove(_ token: UInt64) { rtpbridge_io_remove(io, token) }

    /// - Parameters:
    ///   - timeout: zero does not wait, `nil` waits until something comes.
    ///   - pause: so long nothing but the timeout wakes it.
    func wait(_ timeout: Nanoseconds?, pause: Nanoseconds) {
        rtpbridge_io_wait(io, timeout?.count ?? -1, min(pause, timeout ?? pause).count)
    }

    /// The next of what the last wait found; `false` when there is no more.
    @inline(__always)
    func next(_ packet: inout Packet) -> Bool { rtpbridge_io_next(io, &packet) != 0 }

    /// The token of the packet that `next` gives after `skipped` more; `signal` where that is not known.
    @inline(__always)
    func ahead(_ skipped: Int32) -> UInt64 { rtpbridge_io_ahead(io, skipped) }

    func send(_ datagrams: UnsafeBufferPointer<rtpbridge_io_datagram>) -> rtpbridge_io_sent {
        var sent = rtpbridge_io_sent()
        if let base = datagrams.baseAddress { rtpbridge_io_send(io, base, Int32(datagrams.count), &sent) }
        return sent
    }
}
