import Glibc
import Synchronization
public import Wire

/// A bound UDP socket and the port of its pool, held until closed.
///
/// The control side leases it and may close it while nothing came of it; once a call was given it
/// (`CallHandle.apply`) it belongs to that call's worker. However it ends, the socket is closed before the
/// port goes back to the pool, and both happen once.
public final class SocketLease: Sendable {
    /// The address that the socket is bound to.
    public let address: TransportAddress

    private enum State { static let held: UInt8 = 0, adopted: UInt8 = 1, closed: UInt8 = 2 }

    private let descriptor: Int32
    private let pool: PortPool
    private let state = Atomic<UInt8>(State.held)

    init(descriptor: Int32, address: TransportAddress, pool: PortPool) {
        self.descriptor = descriptor
        self.address = address
        self.pool = pool
    }

    deinit { end() }

    /// Gives the socket and port back, unless a call has it: then this does nothing.
    public func close() {
        let (held, _) = state.compareExchange(expected: State.held, desired: State.closed, ordering: .acquiringAndReleasing)
        if held { release() }
    }

    /// Takes the socket over for a call; `nil` if it is closed or another call has it.
    func adopt() -> Int32? {
        let (held, _) = state.compareExchange(expected: State.held, desired: State.adopted, ordering: .acquiringAndReleasing)
        return held ? descriptor : nil
    }

    /// Gives the socket and port back whoever has it; only its owner may call this.
    func end() {
        if state.exchange(State.closed, ordering: .acquiringAndReleasing) != State.closed { release() }
    }

    private func release() {
        Glibc.close(descriptor)
        pool.giveBack(address.port)
    }
}

/// A leased socket with the number by which its call's plan knows it (`LocalSocket.slot`).
public struct CallSocket: Sendable {
    /// Stable for the life of the call.
    public var slot: Int
    public var lease: SocketLease

    public init(slot: Int, lease: SocketLease) {
        self.slot = slot
        self.lease = lease
    }
}
