import CSockets
import MediaCore
import Wire

/// What the calls of one batch want sent: their common output, and the descriptor for each of its datagrams.
final class Outbox {
    /// Lent to one call after the other.
    let output = CallOutput(capacity: 128)
    private var datagrams: [rtpbridge_datagram] = []
    private var descriptors: [Int32] = []
    /// How many of the output's datagrams and events were looked at.
    private var collected = 0
    private var reported = 0
    private let counters: WorkerCounters

    init(counters: WorkerCounters) {
        self.counters = counters
        datagrams.reserveCapacity(1024)
        descriptors.reserveCapacity(1024)
    }

    /// Notes which sockets the datagrams go out from that `entry` has queued since the last time.
    func collect(from entry: CallEntry) {
        while collected < output.datagrams.count {
            let datagram = output.datagrams[collected]
            collected += 1
            guard let index = entry.socket(slot: datagram.slot) else {
                counters.sendErrors.increase()
                continue
            }
            let bytes = output.bytes(of: datagram)
            if let shared = entry.sockets[index].shared,
               !shared.maySend(bytes, to: datagram.destination, from: entry.sockets[index].holder) {
                counters.sharedWithheld.increase()
                continue
            }
            datagrams.append(rtpbridge_datagram(
                bytes: bytes.base, length: bytes.count, destination: rtpbridge_address(datagram.destination)))
            descriptors.append(entry.sockets[index].descriptor)
        }
    }

    /// The next event that was not yet reported.
    func nextEvent() -> CallEvent? {
        guard reported < output.events.count else { return nil }
        reported += 1
        return output.events[reported - 1]
    }

    /// Sends everything and empties the output. What the system does not take is lost, as it would be on the way.
    func flush() {
        datagrams.withUnsafeBufferPointer { datagrams in
            var start = 0
            while start < datagrams.count {
                var end = start + 1
                while end < datagrams.count, descriptors[end] == descriptors[start] { end += 1 }
                send(UnsafeBufferPointer(rebasing: datagrams[start..<end]), from: descriptors[start])
                start = end
            }
        }
        datagrams.removeAll(keepingCapacity: true)
        descriptors.removeAll(keepingCapacity: true)
        collected = 0
        reported = 0
        output.removeAll()
    }

    private func send(_ run: UnsafeBufferPointer<rtpbridge_datagram>, from descriptor: Int32) {
        guard let base = run.baseAddress else { return }
        var start = 0
        while start < run.count {
            let sent = Int(rtpbridge_send(descriptor, base + start, Int32(run.count - start)))
            guard sent > 0 else {
                counters.sendErrors.increase()
                start += 1
                continue
            }
            counters.packetsSent.increase(by: UInt64(sent))
            for index in start..<(start + sent) { counters.bytesSent.increase(by: UInt64(run[index].length)) }
            start += sent
        }
    }
}
