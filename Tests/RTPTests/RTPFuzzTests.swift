import Fuzzing
import RTP
import Testing
import Wire

/// Nothing that arrives may trap, and what is accepted must lie inside its packet.
@Suite struct RTPFuzzTests {
    private static let rounds = 30_000

    static let rtpCorpus: [[UInt8]] = [
        RTPHeaderTests.plain,
        // A G.711 packet; one with padding; one with two CSRCs; one with a one-byte-header extension (RFC 8285).
        [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4] + [UInt8](repeating: 0xff, count: 160),
        [0xa0, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 0xd5, 0xd5, 0, 0, 0, 4],
        [0x82, 0x80, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 2, 9],
        [0x90, 111, 0, 1, 0, 0, 3, 0xc0, 1, 2, 3, 4, 0xbe, 0xde, 0, 1, 0x10, 0x8f, 0, 0, 0x78, 1, 2, 3],
        // Everything at once, and an extension that claims 256 KiB.
        [0xb1, 0xef, 0, 1, 0, 0, 3, 0xc0, 1, 2, 3, 4, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 0x10, 0x8f, 0, 0, 7, 7, 2, 2],
        [0x9f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        // A telephone-event packet.
        [0x80, 0xfe, 0, 1, 0, 0, 3, 0xc0, 1, 2, 3, 4, 5, 0x8a, 3, 0x20],
    ]

    static let rtcpCorpus: [[UInt8]] = [
        RTCPReaderTests.senderReport + RTCPReaderTests.description + RTCPReaderTests.goodbye,
        RTCPReaderTests.receiverReport + RTCPReaderTests.description,
        RTCPReaderTests.goodbye,
        RTCPReaderTests.feedback,
        // A padded report; chunks and items of all lengths; a count of 31 with nothing behind it.
        [0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4],
        [0x83, 202, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 3, 8, 3, 1, 1, 2, 1, 1, 9, 0, 0, 0, 0],
        [0x9f, 203, 0, 0],
        [0x9f, 200, 0xff, 0xff],
        // Extended reports (RFC 3611) and an APP packet.
        [0x80, 207, 0, 4, 0, 0, 0, 1, 4, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
        [0x80, 204, 0, 3, 0, 0, 0, 1, 0x61, 0x62, 0x63, 0x64, 1, 2, 3, 4],
    ]

    @Test func headers() {
        var mutator = Mutator(seed: 0x5254_5031, corpus: Self.rtpCorpus)
        var accepted = 0
        for round in 0..<Self.rounds {
            let packet = mutator.next()
            packet.withBytes { bytes in
                let kind = PacketKind.classify(bytes)
                guard let header = RTPHeader.parse(bytes) else { return }
                accepted += 1
                let isInside = header.headerLength >= 12 && header.payloadLength >= 0
                    && header.headerLength + header.payloadLength <= bytes.count && header.payloadType <= 127
                let isRTP = kind == .rtp || kind == .rtcp
                if !isInside || !isRTP || !roundTrips(header, as: packet) { Issue.record("round \(round): \(packet)") }
            }
        }
        #expect(accepted > Self.rounds / 20 && accepted < Self.rounds, "the mutations are neither all good nor all bad")
    }

    /// The fixed part written again is that of the packet, but for padding, extension and CSRC count.
    private func roundTrips(_ header: RTPHeader, as packet: [UInt8]) -> Bool {
        var written = [UInt8](repeating: 0, count: 12)
        guard written.withMutableBytes(header.write) else { return false }
        return written[0] == 0x80 && written[1...] == packet[1..<12]
    }

    @Test func control() {
        var mutator = Mutator(seed: 0x5254_4350, corpus: Self.rtcpCorpus)
        var clean = 0
        for round in 0..<Self.rounds {
            let packet = mutator.next()
            packet.withBytes { bytes in
                var reader = RTCPReader(bytes)
                var elements = 0
                var isInside = true
                while let element = reader.next() {
                    elements += 1
                    if case .canonicalName(_, let name) = element, let base = name.base, let start = bytes.base {
                        isInside = isInside && base >= start && base + name.count <= start + bytes.count
                    }
                }
                // Two bytes for an item are the least that an element takes.
                if !isInside || elements > bytes.count / 2 || reader.next() != nil { Issue.record("round \(round): \(packet)") }
                if !reader.isMalformed && elements > 0 { clean += 1 }
            }
        }
        #expect(clean > Self.rounds / 20 && clean < Self.rounds)
    }

    /// Any sequence of events and times: no more ends than beginnings, and nothing left when all is over.
    @Test func telephoneEvents() {
        var mutator = Mutator(seed: 0x4454_4d46, corpus: [[5, 0x0a, 0, 160], [5, 0x8a, 3, 0x20], [6, 10, 0xff, 0xff], [5, 10, 0xe0, 0]])
        var random = SplitMix64(seed: 9)
        var receiver = TelephoneEventReceiver()
        var sender = TelephoneEventSender()
        var now = MonotonicInstant(nanoseconds: 0)
        var timestamp: UInt32 = 0
        var begun = 0
        var ended = 0
        for _ in 0..<Self.rounds {
            guard let event = mutator.next().withBytes(TelephoneEvent.parse) else { continue }
            now = now + .milliseconds(Int.random(in: 0...60, using: &random))
            timestamp &+= [0, 0, 0, 160, 0xffff, 0 &- 160, 0x9000_0000].randomElement(using: &random) ?? 0
            let update = receiver.receive(event, timestamp: timestamp, durationClockRate: 8000, at: now)
            if let end = update.ended {
                ended += 1
                sender.finish(durationMilliseconds: end.durationMilliseconds)
            }
            if let active = update.active {
                if active.isNew {
                    begun += 1
                    sender.start(code: active.code, volume: active.volume)
                }
                sender.extend(toMilliseconds: active.durationMilliseconds)
            }
            if let deadline = receiver.deadline, deadline <= now, receiver.expire(at: now) != nil { ended += 1 }
            #expect(begun - ended == (receiver.deadline == nil ? 0 : 1))
            _ = sender.nextPacket(timestampNow: timestamp)
        }
        #expect(begun > 1000)
        if receiver.expire(at: now + .seconds(1)) != nil { ended += 1 }
        #expect(begun == ended && receiver.deadline == nil)
    }

    @Test func statistics() {
        var random = SplitMix64(seed: 77)
        var statistics = ReceptionStatistics(clockRate: 48_000)
        var sequenceNumber: UInt16 = 0
        for _ in 0..<Self.rounds {
            sequenceNumber &+= [1, 1, 1, 1, 1, 2, 0, 2999, 0 &- 1, 0 &- 99, 5000].randomElement(using: &random) ?? 0
            let outcome = statistics.receive(
                sequenceNumber: sequenceNumber,
                timestamp: UInt32(truncatingIfNeeded: random.next()),
                arrival: MonotonicInstant(nanoseconds: Int64(bitPattern: random.next())),
                payloadLength: Int(truncatingIfNeeded: random.next()))
            if random.next() & 31 == 0 { statistics.setClockRate(Int(truncatingIfNeeded: random.next())) }
            if outcome == .restarted || random.next() & 63 == 0 {
                let interval = statistics.takeInterval()
                let block = statistics.makeReportBlock(ssrc: 1, at: MonotonicInstant(nanoseconds: Int64(bitPattern: random.next())))
                _ = block.roundTrip(receivedAt: random.next())
                #expect((0...1).contains(interval.lossFraction) && statistics.jitter.isFinite)
                statistics.senderReportArrived(ntp: random.next(), at: MonotonicInstant(nanoseconds: Int64(bitPattern: random.next())))
            }
        }
        #expect(statistics.packets > 1000 && statistics.resets > 100 && statistics.duplicates > 100 && statistics.reordered > 100)
    }
}
