import Wire

/// A shared port on its worker: whose a datagram is that came, and whether one may leave.
///
/// - A STUN request belongs to the call whose fragment it names, if no other call has its source.
/// - Anything else belongs to the call that has its source: since it has sent something there, or because the address is
///   among the peer's candidates. A call's ICE sends to nobody but these and those who have shown the password.
///
/// The tables hold values: a datagram to or from a known address allocates nothing and takes no lock. Before a call sends to
/// a new one, the port's ledger is asked, under its lock.
final class SharedSocket {
    /// Addresses of one call in use at a time; beyond them the oldest is given up, and taken again when it is next sent to.
    static let maximumInUse = 64
    /// A call gets so many datagrams in so long a time, forty times what a voice call needs: one that is flooded must not
    /// take the port's time from the others.
    static let share = 200
    static let shareTime = Nanoseconds.milliseconds(100)
    /// The part of it for checks from addresses that are not the call's, which anybody can send who saw its fragment.
    static let strangersShare = 20

    /// A call's hold on the port.
    private struct Holder {
        var lease: SharedPortLedger.LeaseID
        /// The worker's number of the call, and the call's of the socket.
        var call: Int
        var slot: Int
        /// Where the last datagram went; it needs no look-up when the next one goes there too.
        var lastDestination: TransportAddress?
        var shareBegan: MonotonicInstant
        var received = 0
        var receivedFromStrangers = 0
        var isAttached = true
    }

    /// By which the holder stands in the tables.
    private struct Keys {
        var fragments: [ICEFragment] = []
        /// The peer's candidates, as of the last plan.
        var reserved: [TransportAddress] = []
        /// In use, oldest first.
        var addresses: [TransportAddress] = []
    }

    let port: SharedPort
    /// The worker's, as `PacketIO` knows the port.
    let token: UInt64
    /// Apart from their keys, so that a packet copies nothing that is counted.
    private var holders: [Holder] = []
    private var keys: [Keys] = []
    private var freeHolders: [Int] = []
    private var byFragment: [ICEFragment: Int] = [:]
    private var byAddress: [TransportAddress: Int] = [:]
    /// Good for receiving only: it may be behind the ledger until the next plan.
    private var byReservation: [TransportAddress: Int] = [:]

    init(_ port: SharedPort, token: UInt64 = 0) {
        self.port = port
        self.token = token
    }

    var descriptor: Int32 { port.descriptor }

    // MARK: Holders

    /// - Returns: the number by which this socket knows the call.
    func attach(_ lease: SharedPortLedger.LeaseID, call: Int, slot: Int, at now: MonotonicInstant) -> Int {
        let holder = Holder(lease: lease, call: call, slot: slot, shareBegan: now)
        let number: Int
        if let free = freeHolders.popLast() {
            number = free
            holders[number] = holder
        } else {
            number = holders.count
            holders.append(holder)
            keys.append(Keys())
        }
        // Room is made here, with the plan, so that it is rarely made for a packet.
        byAddress.reserveCapacity(8 * holders.count)
        refresh(number)
        return number
    }

    /// Takes over what requests have changed in the lease.
    func refresh(_ number: Int) {
        forgetReservations(of: number)
        let (fragments, addresses) = port.keys(of: holders[number].lease)
        keys[number].fragments = fragments
        keys[number].reserved = addresses
        for fragment in fragments { byFragment[fragment] = number }
        for address in addresses { byReservation[address] = number }
    }

    private func forgetReservations(of number: Int) {
        for fragment in keys[number].fragments where byFragment[fragment] == number { byFragment[fragment] = nil }
        for address in keys[number].reserved where byReservation[address] == number { byReservation[address] = nil }
    }

    func detach(_ number: Int) {
        guard holders[number].isAttached else { return }
        forgetReservations(of: number)
        for address in keys[number].addresses { byAddress[address] = nil }
        keys[number] = Keys()
        holders[number].isAttached = false
        freeHolders.append(number)
    }

    // MARK: In

    enum Verdict: Equatable {
        /// The worker's number of the call, and the call's of the socket.
        case call(Int, slot: Int)
        /// It belongs to no call.
        case unknown
        /// The call has had its share.
        case excess
    }

    func receive(_ datagram: Bytes, from source: TransportAddress, at now: MonotonicInstant) -> Verdict {
        let owner = byAddress[source] ?? byReservation[source]
        let number: Int
        if let stun = STUNOutline(datagram), stun.isRequest {
            guard let named = stun.receiver.flatMap({ byFragment[$0] }), owner == nil || owner == named else { return .unknown }
            number = named
        } else {
            guard let owner else { return .unknown }
            number = owner
        }
        guard takeShare(of: number, isStranger: owner == nil, at: now) else { return .excess }
        return .call(holders[number].call, slot: holders[number].slot)
    }

    private func takeShare(of number: Int, isStranger: Bool, at now: MonotonicInstant) -> Bool {
        if now - holders[number].shareBegan >= Self.shareTime {
            holders[number].shareBegan = now
            holders[number].received = 0
            holders[number].receivedFromStrangers = 0
        }
        if isStranger {
            guard holders[number].receivedFromStrangers < Self.strangersShare else { return false }
            holders[number].receivedFromStrangers += 1
        } else {
            guard holders[number].received < Self.share else { return false }
            holders[number].received += 1
        }
        return true
    }

    // MARK: Out

    /// Whether a call may send this datagram there, which makes the address the call's.
    ///
    /// Not if another call has it. And a stranger who named a fragment without knowing the password is not answered: it would
    /// get the address, and the port would send to whomever a false source names.
    func maySend(_ datagram: Bytes, to destination: TransportAddress, from number: Int) -> Bool {
        if holders[number].lastDestination == destination { return true }
        if let owner = byAddress[destination] {
            guard owner == number else { return false }
        } else {
            if let stun = STUNOutline(datagram), !stun.hasIntegrity { return false }
            guard port.use(destination, by: holders[number].lease) else { return false }
            if keys[number].addresses.count >= Self.maximumInUse { leaveOldest(of: number) }
            keys[number].addresses.append(destination)
            byAddress[destination] = number
        }
        holders[number].lastDestination = destination
        return true
    }

    private func leaveOldest(of number: Int) {
        let oldest = keys[number].addresses.removeFirst()
        byAddress[oldest] = nil
        port.leave(oldest, by: holders[number].lease, at: SystemClock.now)
    }
}
