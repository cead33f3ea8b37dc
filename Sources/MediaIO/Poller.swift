import CSockets
import Glibc
import Wire

/// Waits for sockets to become readable, level-triggered, and for the next deadline to the fraction of a millisecond.
final class Poller {
    /// The most wake-ups that one wait returns.
    private static let capacity = 128

    private let descriptor: Int32
    private let tokens = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)

    init() throws(EngineError) {
        tokens.initialize(repeating: 0, count: Self.capacity)
        descriptor = rtpbridge_epoll_create()
        guard descriptor >= 0 else { throw .cannotPoll(errno: -descriptor) }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        tokens.deallocate()
    }

    /// From now on `token` is reported whenever `descriptor` is readable; `false` if the system refuses.
    func add(_ socket: Int32, token: UInt64) -> Bool { rtpbridge_epoll_add(descriptor, socket, token) == 0 }

    func remove(_ socket: Int32) { _ = rtpbridge_epoll_remove(descriptor, socket) }

    /// - Parameter timeout: zero does not wait, `nil` waits until something is readable.
    /// - Returns: the tokens of what is readable, valid until the next wait.
    func wait(_ timeout: Nanoseconds?) -> UnsafeBufferPointer<UInt64> {
        let count = rtpbridge_epoll_wait(descriptor, tokens, Int32(Self.capacity), timeout?.count ?? -1)
        return UnsafeBufferPointer(start: tokens, count: max(0, Int(count)))
    }
}
