import Glibc
import Synchronization
public import Wire

/// A bound UDP socket and the port of its pool, or one call's part of a shared port; held until closed.
///
/// The control side leases it and may close it while nothing came of it; once a call was given it
/// (`CallHandle.apply`) it belongs to that call's worker. However it ends, the socket is closed before the
/// port goes back to the pool, and both happen once. A shared port stays open; what the lease had of it is free for other calls.
public final class SocketLease: Sendable {
    /// The address that the socket is bound to.
    public let address: TransportAddress

    private enum State { static let held: UInt8 = 0, adopted: UInt8 = 1, closed: UInt8 = 2 }

    private enum Holding: Sendable {
        case own(descriptor: Int32, pool: PortPool)
        case shared(SharedPort, SharedPortLedger.LeaseID)
    }

    private let holding: Holding
    private let state = Atomic<UInt8>(State.held)

    init(descriptor: Int32, address: TransportAddress, pool: PortPool) {
        holding = .own(descriptor: descriptor, pool: pool)
        self.address = address
    }

    init(_ port: SharedPort, id: SharedPortLedger.LeaseID) {
        holding = .shared(port, id)
        address = port.address
    }

    deinit { end() }

    /// Gives the socket and port back, unless a call has it: then this does nothing.
    public func close() {
        let (held, _) = state.compareExchange(expected: State.held, desired: State.closed, ordering: .acquiringAndReleasing)
        if held { release() }
    }

    /// Other calls may have the same port.
    public var isShared: Bool { shared != nil }

    /// The shared port, and the number of the lease there.
    var shared: (port: SharedPort, id: SharedPortLedger.LeaseID)? {
        if case .shared(let port, let id) = holding { (port, id) } else { nil }
    }

    /// What its socket was created with.
    var options: SocketOptions {
        switch holding {
        case .own(_, let pool): pool.options
        case .shared: SocketOptions()
        }
    }

    /// Reserves addresses of the peer, and another user name fragment of ours, on a shared port that this call has; on an own
    /// one there is nothing to reserve. `nil`, with nothing changed, if another call has one of them there.
    ///
    /// The call's worker goes by them from its next plan on.
    public func reserve(ufrag: String, remotes: [TransportAddress]) -> PortReservation? {
        guard case .shared(let port, let id) = holding else { return PortReservation(port: nil, lease: 0, addition: .init()) }
        guard let fragment = ICEFragment(ufrag), let addition = port.add(fragment, remotes, to: id) else { return nil }
        return PortReservation(port: port, lease: id, addition: addition)
    }

    /// Takes the socket over for a call; `nil` if it is closed or another call has it.
    func adopt() -> Int32? {
        let (held, _) = state.compareExchange(expected: State.held, desired: State.adopted, ordering: .acquiringAndReleasing)
        guard held else { return nil }
        return switch holding {
        case .own(let descriptor, _): descriptor
        case .shared(let port, _): port.descriptor
        }
    }

    /// Gives the socket and port back whoever has it; only its owner may call this.
    func end() {
        if state.exchange(State.closed, ordering: .acquiringAndReleasing) != State.closed { release() }
    }

    private func release() {
        switch holding {
        case .own(let descriptor, let pool):
            Glibc.close(descriptor)
            pool.giveBack(address.port)
        case .shared(let port, let id): port.end(id)
        }
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
