import Wire
@testable import MediaCore

/// A packet as the network delivers it.
struct NetworkPacket {
    /// Without wrap; also the payload, so that the listener can tell what it hears.
    var sequence: Int64
    /// [clock ticks]
    var timestamp: Int64
    /// [clock ticks]
    var duration: Int
    var arrival: MonotonicInstant
    var marker = false
    var isSilent = false
    var isAudio = true
}

/// A sender and its network in virtual time: packets at a steady pace, to be spoilt by the test.
struct PacketSource {
    var clockRate = 48000
    /// [ms]
    var packetTime = 20
    /// Of the sender's clock against ours [parts per million].
    var drift = 0.0
    var start = MonotonicInstant(nanoseconds: 1_000_000_000)
    var firstSequence: Int64 = 65536
    var firstTimestamp: Int64 = 1_000_000
    /// Of `talk` milliseconds of speech, then `pause` of silence that is sent all the same.
    var talk = 1500
    var pause = 500

    var ticksPerPacket: Int { clockRate * packetTime / 1000 }

    /// - Parameter delay: of each packet on its way.
    func packets(_ count: Int, delay: (Int) -> Nanoseconds = { _ in .zero }) -> [NetworkPacket] {
        (0..<count).map { index in
            let elapsed = Double(index * packetTime) * 1e6 * (1 - drift / 1e6)
            return NetworkPacket(
                sequence: firstSequence + Int64(index), timestamp: firstTimestamp + Int64(index * ticksPerPacket),
                duration: ticksPerPacket, arrival: start + Nanoseconds(Int64(elapsed)) + delay(index),
                isSilent: index * packetTime % (talk + pause) >= talk)
        }
    }
}

/// Plays a jitter buffer as the transcoder does, a 20 ms frame at each tick, and keeps a record of what was heard.
final class JitterSimulation {
    struct Segment {
        /// `nil` for concealment and silence.
        var sequence: Int64?
        var isSilent: Bool
        /// [clock ticks]
        var length: Int
    }

    let buffer: JitterBuffer
    let frameTicks: Int
    let tickLength: Nanoseconds
    private(set) var now: MonotonicInstant
    private var segments: [Segment] = []
    private var held = 0

    /// What was heard, in order.
    private(set) var played: [Int64] = []
    /// From arrival to the tick, of each packet played.
    private(set) var waits: [Nanoseconds] = []
    private(set) var lost = 0
    /// Lost packets whose successor was here for its FEC.
    private(set) var recoverable = 0
    private(set) var empty = 0
    private(set) var waiting = 0
    private(set) var speechDropped = 0
    private(set) var silenceDropped = 0
    private(set) var inserted = 0
    private(set) var corrupted = 0
    private(set) var delays: [Nanoseconds] = []
    private(set) var refusals: [JitterBuffer.Insert] = []

    /// - Parameter phase: of the ticks against second 1, when the sources start.
    init(
        clockRate: Int = 48000, phase: Nanoseconds = .zero, frame: Int = 20,
        configuration: JitterBufferConfiguration = JitterBufferConfiguration()
    ) {
        buffer = JitterBuffer(clockRate: clockRate, configuration: configuration)
        frameTicks = clockRate * frame / 1000
        tickLength = .milliseconds(frame)
        now = MonotonicInstant(nanoseconds: 1_000_000_000) + phase
    }

    /// Delivers the packets and plays until `after` has passed since the last one.
    func run(_ packets: [NetworkPacket], after: Nanoseconds = .milliseconds(500)) {
        let ordered = packets.enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }.map(\.element)
        var next = 0
        let end = (ordered.last?.arrival ?? now) + after
        while now <= end {
            while next < ordered.count, ordered[next].arrival <= now {
                deliver(ordered[next])
                next += 1
            }
            tick()
            now = now + tickLength
        }
    }

    /// Lets time pass without a tick.
    func skip(to instant: MonotonicInstant) {
        while now < instant { now = now + tickLength }
    }

    func deliver(_ packet: NetworkPacket) {
        guard packet.isAudio else { return buffer.noteOther(sequence: packet.sequence, arrival: packet.arrival) }
        let tag = packet.sequence << 1 | (packet.isSilent ? 1 : 0)
        let payload = InlineArray<5, Int64>(repeating: tag.bigEndian)
        let verdict = withUnsafeBytes(of: payload) {
            buffer.insert(
                sequence: packet.sequence, timestamp: packet.timestamp, duration: packet.duration, format: 111,
                payload: Bytes($0), marker: packet.marker, arrival: packet.arrival)
        }
        if verdict != .accepted { refusals.append(verdict) }
    }

    private func tick() {
        pull()
        var drops = 0
        while drops < 4, buffer.adjustment(isSilent: front.isSilent, at: now) == .dropFrame {
            drops += 1
            if front.isSilent { silenceDropped += 1 } else { speechDropped += 1 }
            take()
            pull()
        }
        if buffer.statistics.framesInserted > inserted {
            inserted += 1
        } else {
            take()
        }
        if buffer.phase == .playing { delays.append(buffer.currentDelay) }
    }

    private var front: Segment { segments.first ?? Segment(sequence: nil, isSilent: true, length: 0) }

    private func pull() {
        while held < frameTicks {
            switch buffer.playout(at: now) {
            case .packet(let packet):
                let tag = tag(packet.payload)
                append(tag >> 1, isSilent: tag & 1 == 1, packet.duration)
                played.append(tag >> 1)
                waits.append(packet.waited)
            case .lost(let loss):
                lost += 1
                if loss.next != nil { recoverable += 1 }
                append(nil, isSilent: false, loss.duration)
            case .empty:
                empty += 1
                append(nil, isSilent: true, frameTicks - held)
            case .waiting:
                waiting += 1
                append(nil, isSilent: true, frameTicks - held)
            }
        }
    }

    private func append(_ sequence: Int64?, isSilent: Bool, _ length: Int) {
        segments.append(Segment(sequence: sequence, isSilent: isSilent, length: length))
        held += length
    }

    private func take() {
        var left = min(frameTicks, held)
        held -= left
        while left > 0, let first = segments.first {
            let part = min(left, first.length)
            left -= part
            segments[0].length -= part
            if segments[0].length == 0 { segments.removeFirst() }
        }
    }

    /// The payload repeats its tag five times, which shows a window that was overwritten.
    private func tag(_ payload: Bytes) -> Int64 {
        let tag = payload.u64(0) ?? 0
        for word in 1..<5 where payload.u64(word * 8) != tag { corrupted += 1 }
        return Int64(truncatingIfNeeded: tag)
    }

    var averageWait: Double { waits.isEmpty ? 0 : waits.map { Double($0.count) / 1e6 }.reduce(0, +) / Double(waits.count) }
    var longestWait: Double { waits.map { Double($0.count) / 1e6 }.max() ?? 0 }
    /// Everything that was heard was heard once and in order, unharmed.
    var isInOrder: Bool { corrupted == 0 && zip(played, played.dropFirst()).allSatisfy { $0 < $1 } }
}
