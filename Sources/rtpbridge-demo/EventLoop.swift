import CSockets
import Glibc
import Wire

/// Something with sockets and deadlines that an `EventLoop` drives.
protocol LoopMember: AnyObject {
    var sockets: [UDPSocket] { get }
    var nextDeadline: MonotonicInstant { get }
    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant)
    func handleDeadline(at now: MonotonicInstant)
}

/// Gives its members their datagrams and deadlines in real time, all on the calling thread.
final class EventLoop {
    private let epoll: Int32
    private var members: [any LoopMember] = []
    /// The longest time by which a deadline was met too late, since it was last set to zero. More than a few
    /// milliseconds means that this machine had other things to do, and what was measured meanwhile says little.
    var longestStall = Nanoseconds.zero
    /// By the socket's descriptor.
    private var owners: [UInt64: (socket: UDPSocket, member: any LoopMember)] = [:]

    init() throws(DemoError) {
        epoll = rtpbridge_epoll_create()
        guard epoll >= 0 else { throw .system("epoll", errno: -epoll) }
    }

    deinit { close(epoll) }

    func add(_ member: any LoopMember) {
        members.append(member)
        for socket in member.sockets {
            let token = UInt64(socket.descriptor)
            owners[token] = (socket, member)
            _ = rtpbridge_epoll_add(epoll, socket.descriptor, token)
        }
    }

    func remove(_ member: any LoopMember) {
        members.removeAll { $0 === member }
        for socket in member.sockets {
            owners[UInt64(socket.descriptor)] = nil
            _ = rtpbridge_epoll_remove(epoll, socket.descriptor)
        }
    }

    /// Runs until `end`, or until `isDone` says so after an event.
    func run(until end: MonotonicInstant, unless isDone: () -> Bool = { false }) {
        var tokens = [UInt64](repeating: 0, count: 16)
        while !isDone() {
            let now = SystemClock.now
            if now >= end { return }
            for member in members where member.nextDeadline <= now {
                longestStall = max(longestStall, now - member.nextDeadline)
                member.handleDeadline(at: now)
            }
            let wake = members.map(\.nextDeadline).min() ?? .distantFuture
            let wait = max(.zero, min(end, wake) - SystemClock.now)
            let count = rtpbridge_epoll_wait(epoll, &tokens, Int32(tokens.count), wait.count)
            for token in tokens.prefix(Int(max(0, count))) { drain(token) }
        }
    }

    func run(milliseconds: Int) { run(until: SystemClock.now + .milliseconds(milliseconds)) }

    private func drain(_ token: UInt64) {
        guard let (socket, member) = owners[token] else { return }
        while let (datagram, source) = socket.receive() { member.receive(datagram, from: source, at: SystemClock.now) }
    }
}
