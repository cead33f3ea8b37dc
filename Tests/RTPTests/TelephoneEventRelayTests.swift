import RTP
import Testing
import Wire

/// A receiver and a sender back to back, as in a call, with a bad network before them.
@Suite struct TelephoneEventRelayTests {
    private struct Arrival {
        var at: Int
        var event: TelephoneEvent
        var timestamp: UInt32
    }

    /// Digits of 60 to 300 ms, 60 ms or more apart, on a 48 kHz line with durations in 8 kHz. Every fifth packet is
    /// lost (but never all of a digit), every tenth comes twice, and all of them up to 50 ms late.
    private func dial(_ digits: [UInt8], random: inout SplitMix64) -> [Arrival] {
        var arrivals: [Arrival] = []
        var start = 0
        for code in digits {
            let duration = Int.random(in: 3...15, using: &random) * 20
            let last = duration / 20
            let survivor = Int.random(in: 1...last + 2, using: &random)
            for number in 1...last + 2 {
                let isLost = number != survivor && Int.random(in: 0..<5, using: &random) == 0
                let copies = isLost ? 0 : Int.random(in: 0..<10, using: &random) == 0 ? 2 : 1
                let event = TelephoneEvent(code: code, isEnd: number >= last, volume: 10, duration: UInt16(min(number, last) * 160))
                for _ in 0..<copies {
                    let late = Int.random(in: 0...50, using: &random)
                    arrivals.append(Arrival(at: start + number * 20 + late, event: event, timestamp: 0xfff0_0000 &+ UInt32(start * 48)))
                }
            }
            start += duration + Int.random(in: 6...20, using: &random) * 10
        }
        return arrivals.sorted { $0.at < $1.at }
    }

    /// What leaves: the codes in order, and the packets.
    private func relay(_ arrivals: [Arrival]) -> [TelephoneEventSender.Packet] {
        var receiver = TelephoneEventReceiver()
        var sender = TelephoneEventSender(clockRate: 8000)
        var packets: [TelephoneEventSender.Packet] = []
        var waiting = arrivals[...]
        let end = (arrivals.last?.at ?? 0) + 20_000
        for now in 0...end {
            let instant = MonotonicInstant(nanoseconds: 0) + .milliseconds(now)
            if let ended = receiver.expire(at: instant) { sender.finish(durationMilliseconds: ended.durationMilliseconds) }
            while let arrival = waiting.first, arrival.at <= now {
                waiting.removeFirst()
                let update = receiver.receive(arrival.event, timestamp: arrival.timestamp, durationClockRate: 8000, at: instant)
                if let ended = update.ended { sender.finish(durationMilliseconds: ended.durationMilliseconds) }
                guard let active = update.active else { continue }
                if active.isNew { sender.start(code: active.code, volume: active.volume) }
                sender.extend(toMilliseconds: active.durationMilliseconds)
            }
            if now % 20 == 0, let packet = sender.nextPacket(timestampNow: UInt32(now * 8)) { packets.append(packet) }
        }
        #expect(receiver.deadline == nil && !sender.isActive)
        return packets
    }

    @Test(arguments: 1...40)
    func everyDigitOnceAndInOrder(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let digits = (0..<25).map { _ in UInt8.random(in: 0...3, using: &random) }
        let packets = relay(dial(digits, random: &random))
        #expect(packets.filter(\.marker).map(\.event.code) == digits)
        #expect(packets.filter(\.event.isEnd).count == 3 * digits.count)
        // Within a digit durations grow and the timestamp stays; between digits there are 40 ms.
        for (former, latter) in zip(packets, packets.dropFirst()) {
            if latter.marker {
                #expect(former.event.isEnd && Int(latter.timestamp) - Int(former.timestamp) - Int(former.event.duration) >= 320)
            } else {
                #expect(former.event.duration <= latter.event.duration && former.timestamp == latter.timestamp)
                #expect(former.event.code == latter.event.code)
            }
        }
    }

    @Test func theDurationIsKeptOnACleanPath() {
        let arrivals = (1...9).map { number in
            let event = TelephoneEvent(code: 4, isEnd: number >= 7, volume: 10, duration: UInt16(min(number, 7) * 160))
            return Arrival(at: number * 20, event: event, timestamp: 960)
        }
        let packets = relay(arrivals)
        #expect(packets.last?.event == TelephoneEvent(code: 4, isEnd: true, volume: 10, duration: 1120))
        #expect(packets.count == 9, "no packet more than came in")
    }
}
