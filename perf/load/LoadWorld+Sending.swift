import CSockets
import Wire

/// A packet that the made-up network holds back.
struct DelayedPacket {
    let leg: MediaLeg
    let counter: UInt32
    let bytes: [UInt8]
}

/// Packets of one socket on their way out.
final class PacketBatch {
    static let capacity = Int(RTPBRIDGE_BATCH_MAXIMUM)
    static let stride = 1536

    let room = UnsafeMutableRawPointer.allocate(byteCount: capacity * stride, alignment: 64)
    let departures = UnsafeMutablePointer<rtpbridge_departure>.allocate(capacity: capacity)
    private(set) var legs: [MediaLeg] = []
    private(set) var counters: [UInt32] = []

    init() {
        legs.reserveCapacity(Self.capacity)
        counters.reserveCapacity(Self.capacity)
        departures.initialize(repeating: rtpbridge_departure(), count: Self.capacity)
    }

    var count: Int { legs.count }
    /// Where the next packet is to be written.
    var nextRoom: MutableBytes { MutableBytes(room + count * Self.stride, count: Self.stride) }

    func append(_ leg: MediaLeg, counter: UInt32, length: Int) {
        departures[count] = rtpbridge_departure(
            bytes: room + count * Self.stride, length: UInt32(truncatingIfNeeded: length), address: leg.remoteAddress, port: leg.remotePort)
        legs.append(leg)
        counters.append(counter)
    }

    func removeAll() {
        legs.removeAll(keepingCapacity: true)
        counters.removeAll(keepingCapacity: true)
    }
}

extension LoadWorld {
    /// Sends the packets of every tick that has come; a late thread sends them all, none is left out.
    func sendDue(at now: Int64) {
        var budget = Self.slots
        while budget > 0, wheelBegan + tick * Self.tickTime <= now {
            let due = wheelBegan + tick * Self.tickTime
            let slot = Int(tick % Int64(Self.slots))
            if !network.isPerfect { sendDelayed(due: due) }
            for side in Side.allCases { sendSlot(side, slot, due: due) }
            tick += 1
            budget -= 1
        }
    }

    private func sendSlot(_ side: Side, _ slot: Int, due: Int64) {
        let legs = wheel[side.rawValue][slot]
        guard !legs.isEmpty else { return }
        let descriptor = sockets.pairs[side.rawValue][slot % options.sockets].rtp
        for leg in legs where leg.isSending {
            if leg.ticks % 250 == 249 { sendReport(leg) }
            if network.isPerfect { prepare(leg) } else { prepareImperfectly(leg) }
            if batch.count == PacketBatch.capacity { flush(descriptor, due: due) }
        }
        flush(descriptor, due: due)
    }

    private func prepare(_ leg: MediaLeg) {
        let counter = leg.counter
        guard let length = leg.writePacket(to: batch.nextRoom) else { return sendFailures += 1 }
        batch.append(leg, counter: counter, length: length)
    }

    /// The same through a network that loses, delays and reorders.
    private func prepareImperfectly(_ leg: MediaLeg) {
        guard !happens(network.loss) else { return leg.skipPacket() }
        var wait = network.jitter > 0 ? Double.random(in: 0..<network.jitter, using: &random) : 0
        if happens(network.reordering) { wait += 25 }
        guard wait > 0 else { return prepare(leg) }
        let counter = leg.counter
        let room = batch.nextRoom
        guard let length = leg.writePacket(to: room) else { return sendFailures += 1 }
        let packet = DelayedPacket(leg: leg, counter: counter, bytes: Bytes(room).slice(0, length)?.array ?? [])
        let later = tick + max(1, Int64(wait * 1e6) / Self.tickTime)
        delayed[Int(later % Int64(delayed.count))].append(packet)
    }

    private func happens(_ percent: Double) -> Bool { percent > 0 && Double.random(in: 0..<100, using: &random) < percent }

    private func sendDelayed(due: Int64) {
        let place = Int(tick % Int64(delayed.count))
        guard !delayed[place].isEmpty else { return }
        for packet in delayed[place] where packet.leg.remotePort != 0 {
            packet.bytes.withBytes { _ = batch.nextRoom.copy($0, to: 0) }
            batch.append(packet.leg, counter: packet.counter, length: packet.bytes.count)
            flush(descriptor(of: packet.leg), due: due)
        }
        delayed[place].removeAll(keepingCapacity: true)
    }

    /// A leg's packet right now, beside its ticks: the first one need not wait for its slot.
    func sendAtOnce(_ leg: MediaLeg) {
        prepare(leg)
        flush(descriptor(of: leg), due: SystemClock.now)
    }

    private func flush(_ descriptor: Int32, due: Int64) {
        let count = batch.count
        guard count > 0 else { return }
        let now = SystemClock.now
        for place in 0..<count { batch.legs[place].noteDeparture(of: batch.counters[place], at: now) }
        var done = 0
        while done < count {
            let sent = Int(rtpbridge_batch_send(descriptor, batch.departures + done, Int32(count - done)))
            if sent <= 0 { sendFailures += 1 }
            done += max(1, sent)
        }
        packetsSent += count
        if isMeasuring { for _ in 0..<count { lateness.record(now - due) } }
        batch.removeAll()
    }

    func descriptor(of leg: MediaLeg) -> Int32 { sockets.pairs[leg.side.rawValue][leg.socket].rtp }

    private func sendReport(_ leg: MediaLeg) {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { room in
            let bytes = MutableBytes(room.baseAddress, count: room.count)
            guard let length = leg.writeReport(to: bytes, at: SystemClock.now) else { return }
            let pair = sockets.pairs[leg.side.rawValue][leg.socket]
            let isMuxed = leg.remoteRTCPPort == leg.remotePort
            send(bytes, length: length, from: isMuxed ? pair.rtp : pair.rtcp, address: leg.remoteAddress, port: leg.remoteRTCPPort)
        }
    }

    func send(_ bytes: MutableBytes, length: Int, from descriptor: Int32, address: UInt32, port: UInt16) {
        var departure = rtpbridge_departure(
            bytes: UnsafeRawPointer(bytes.base), length: UInt32(truncatingIfNeeded: length), address: address, port: port)
        if rtpbridge_batch_send(descriptor, &departure, 1) != 1 { sendFailures += 1 }
    }
}
