import CSockets
import MediaCore
import Wire

/// What the calls of one batch want sent: their common output, and for each of its datagrams the socket.
final class Outbox {
    /// Lent to one call after the other.
    let output = CallOutput(capacity: 128)
    @exclusivity(unchecked) private var datagrams: [rtpbridge_io_datagram] = []
    /// How many of the output's datagrams and events were looked at.
    @exclusivity(unchecked) private var collected = 0
    @exclusivity(unchecked) private var reported = 0
    @exclusivity(unchecked) private var steady: (slot: Int, destination: TransportAddress)?
    private let io: PacketIO
    private let counters: WorkerCounters

    init(_ io: PacketIO, counters: WorkerCounters) {
        self.io = io
        self.counters = counters
        datagrams.reserveCapacity(1024)
    }

    /// Datagrams that wait to be sent.
    var count: Int { datagrams.count }
    /// Datagrams that were queued so far.
    @exclusivity(unchecked) private(set) var total = 0

    /// Notes which sockets the datagrams go out from that `entry` has queued since the last time.
    func collect(from entry: CallEntry) {
        while collected < output.datagrams.count {
            let datagram = output.datagrams[collected]
            collected += 1
            total += 1
            guard let index = entry.socket(slot: datagram.slot) else {
                counters.sendErrors.increase()
                continue
            }
            let bytes = output.bytes(of: datagram)
            var outgoing = rtpbridge_io_datagram(
                bytes: bytes.base, length: bytes.count, destination: rtpbridge_address(), descriptor: entry.sockets[index].descriptor)
            if let shared = entry.sockets[index].shared {
                guard shared.maySend(bytes, to: datagram.destination, from: entry.sockets[index].holder) else {
                    counters.sharedWithheld.increase()
                    continue
                }
            } else if let twin = entry.sockets[index].path.connected(to: datagram.destination) {
                outgoing.descriptor = twin
                datagrams.append(outgoing)
                continue
            } else if entry.sockets[index].path.note(datagram.destination) {
                steady = (datagram.slot, datagram.destination)
            }
            outgoing.destination = rtpbridge_address(datagram.destination)
            datagrams.append(outgoing)
        }
    }

    /// A socket of the call that was collected from last, if it has come to send to one destination only.
    func takeSteady() -> (slot: Int, destination: TransportAddress)? {
        guard let found = steady else { return nil }
        steady = nil
        return found
    }

    /// The next event that was not yet reported.
    func nextEvent() -> CallEvent? {
        guard reported < output.events.count else { return nil }
        reported += 1
        return output.events[reported - 1]
    }

    /// Sends everything and empties the output. What the system does not take is lost, as it would be on the way.
    func flush() {
        if !datagrams.isEmpty {
            let sent = datagrams.withUnsafeBufferPointer { io.send($0) }
            counters.packetsSent.increase(by: sent.packets)
            counters.bytesSent.increase(by: sent.bytes)
            if sent.failures > 0 { counters.sendErrors.increase(by: sent.failures) }
            datagrams.removeAll(keepingCapacity: true)
        }
        collected = 0
        reported = 0
        output.removeAll()
    }
}
