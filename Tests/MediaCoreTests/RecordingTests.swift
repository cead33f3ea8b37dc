import Codecs
@testable import MediaCore
import RTP
import SRTP
import Testing
import Wire

/// What a recorded call puts out: each sound at its time, silence where nothing came, packets in the clear.
@Suite struct RecordingTests {
    /// The most that a sound is later than it came: the jitter buffer's delay and a frame [ms].
    private static let latest = 60

    private func isAbout(_ span: Range<Int>, _ expected: Range<Int>) -> Bool {
        (expected.lowerBound...expected.lowerBound + Self.latest).contains(span.lowerBound)
            && (expected.upperBound - 20...expected.upperBound + Self.latest + 40).contains(span.upperBound)
    }

    /// 20 ms of a sine of 500 Hz at the middle of the range.
    private static let tone: [UInt8] = {
        // One period in 16 samples.
        let period: [Int16] = [0, 3061, 5657, 7391, 8000, 7391, 5657, 3061, 0, -3061, -5657, -7391, -8000, -7391, -5657, -3061]
        let samples = (0..<160).map { period[$0 % 16] }
        var bytes = [UInt8](repeating: 0, count: 160)
        samples.withUnsafeBufferPointer { samples in bytes.withMutableBytes { _ = G711.encode(samples, law: .mu, into: $0) } }
        return bytes
    }()

    /// A packet of the tone every 20 ms.
    private func talk(_ recorded: RecordedCall, from peer: Int, _ sequences: Range<Int>) {
        for sequence in sequences {
            recorded.call.send(from: peer, sequence, payload: Self.tone)
            recorded.run(milliseconds: 20)
        }
    }

    @Test func eachSoundIsAtItsTimeAndSilenceElsewhere() {
        let recorded = RecordedCall()
        recorded.run(milliseconds: 500)
        talk(recorded, from: 0, 0..<50)
        recorded.run(milliseconds: 500)
        talk(recorded, from: 1, 100..<150)
        recorded.run(milliseconds: 1000)
        recorded.stop()
        #expect(recorded.channels[0].count == recorded.channels[1].count)
        #expect((3980...4000).contains(recorded.milliseconds))
        let (left, right) = (recorded.loudSpans(0), recorded.loudSpans(1))
        #expect(left.count == 1 && left.allSatisfy { isAbout($0, 500..<1500) }, "\(left)")
        #expect(right.count == 1 && right.allSatisfy { isAbout($0, 2000..<3000) }, "\(right)")
        // Silence is silence, not noise.
        #expect(recorded.peak(0, 0..<500) == 0 && recorded.peak(1, 0..<2000) == 0 && recorded.peak(0, 1700..<3900) == 0)
        #expect(recorded.recordings == [7])
    }

    /// A conversion for the other side changes nothing: neither while nobody can hear it nor while something else is played to it.
    @Test func nothingThatIsDoneForTheOtherSideIsHeard() {
        let recorded = RecordedCall([PlainCall.pcmu, PlainCall.opus], sampleRate: 16000) { plan in
            plan.media[1].isGated = true
            plan.media[1].treatment = .blocked
            plan.media[1].playback = PlaybackPlan(clip: AudioClip(samples: Array(repeating: 9000, count: 8000), sampleRate: 8000))
        }
        recorded.run(milliseconds: 200)
        talk(recorded, from: 0, 0..<50)
        recorded.stop()
        let left = recorded.loudSpans(0)
        #expect(left.count == 1 && left.allSatisfy { isAbout($0, 200..<1200) }, "\(left)")
        #expect(recorded.peak(1, 0..<5000) == 0)
    }

    /// 500 Hz stay 500 Hz where G.711 is in a recording at 16 kHz.
    @Test func ratesAreConverted() {
        let recorded = RecordedCall([PlainCall.pcmu, PlainCall.opus], sampleRate: 16000)
        talk(recorded, from: 0, 0..<100)
        recorded.stop()
        let second = recorded.channels[0][8000..<24000]
        let crossings = zip(second, second.dropFirst()).filter { ($0 < 0) != ($1 < 0) }.count
        #expect((990...1010).contains(crossings))
        #expect((7000...9000).contains(recorded.peak(0, 500..<1500)))
    }

    @Test func lateAndSwappedPacketsAreInOrder() {
        let recorded = RecordedCall()
        for sequence in 0..<50 where sequence % 5 != 0 {
            // Every fifth packet comes 20 ms late, behind the next one.
            recorded.call.send(from: 0, sequence, payload: Self.tone)
            if sequence % 5 == 1, sequence > 1 { recorded.call.send(from: 0, sequence - 1, payload: Self.tone) }
            recorded.run(milliseconds: 20)
            if sequence % 5 == 4 { recorded.run(milliseconds: 20) }
        }
        recorded.stop()
        #expect(recorded.loudSpans(0).count == 1)
    }

    @Test func aPauseIsSilenceAndTimeGoesOn() {
        let recorded = RecordedCall(packets: .received)
        talk(recorded, from: 0, 0..<50)
        recorded.call.apply { $0.recording?.isPaused = true }
        let before = recorded.packets.count
        talk(recorded, from: 0, 50..<100)
        #expect(recorded.packets.count == before)
        recorded.call.apply { $0.recording?.isPaused = false }
        talk(recorded, from: 0, 100..<150)
        recorded.stop()
        let spans = recorded.loudSpans(0)
        #expect(spans.count == 2 && (2980...3040).contains(recorded.milliseconds), "\(spans)")
        #expect(spans.last.map { (2000...2000 + Self.latest).contains($0.lowerBound) } == true, "\(spans)")
        #expect((990...1040).contains(spans.first?.upperBound ?? 0), "\(spans)")
        #expect(recorded.packets.count == 100)
    }

    @Test func whoIsExcludedIsNotThere() {
        let recorded = RecordedCall(packets: [.received, .sent]) { $0.recording?.excluded = [1] }
        for sequence in 0..<50 {
            recorded.call.send(from: 0, sequence, payload: Self.tone)
            recorded.call.send(from: 1, sequence, payload: Self.tone)
            recorded.run(milliseconds: 20)
        }
        recorded.stop()
        #expect(recorded.loudSpans(0).count == 1 && recorded.loudSpans(1).isEmpty)
        let rtp = recorded.packets.filter { PacketKind.classify(array: $0.bytes) == .rtp }
        // What the first one says as it comes, and as it leaves for the second one.
        #expect(rtp.count == 100)
        #expect(rtp.allSatisfy { $0.source == PlainCall.addresses[0] || $0.destination == PlainCall.addresses[1] })
    }

    @Test func othersShareTheRightChannelWithoutOverflow() {
        let recorded = RecordedCall([PlainCall.pcmu, PlainCall.pcmu, PlainCall.pcmu])
        let full = [UInt8](repeating: 0x80, count: 160)
        for sequence in 0..<50 {
            for peer in 1...2 { recorded.call.send(from: peer, sequence, payload: full) }
            recorded.run(milliseconds: 20)
        }
        recorded.stop()
        #expect(recorded.channels[1].max() == .max && recorded.channels[1].min() ?? -1 >= 0)
        #expect(recorded.peak(0, 0..<1000) == 0)
    }

    /// What has come before the end is in it.
    @Test func theLastSoundIsPlayedToItsEnd() throws {
        let recorded = RecordedCall()
        talk(recorded, from: 0, 0..<20)
        recorded.stop()
        #expect(try #require(recorded.loudSpans(0).last).count >= 390)
        let length = recorded.milliseconds
        talk(recorded, from: 0, 20..<40)
        #expect(recorded.milliseconds == length)
    }

    /// A call on which nothing ever comes leaves a recording too, which grows while it lasts.
    @Test func silenceIsRecordedAsTimePasses() {
        let recorded = RecordedCall()
        recorded.run(milliseconds: 3500)
        #expect((2500...3500).contains(recorded.milliseconds))
        recorded.call.call.end(.requested, at: recorded.call.now, into: recorded.call.output)
        recorded.collect()
        #expect((3480...3500).contains(recorded.milliseconds) && recorded.peak(0, 0..<3500) == 0)
    }

    /// What there is no room for is told once and leaves silence; what comes behind it is in its place.
    @Test func whatCannotBeTakenIsToldOnceAndIsSilence() {
        let recorded = RecordedCall()
        recorded.call.output.recordings = nil
        talk(recorded, from: 0, 0..<50)
        #expect(recorded.call.events.filter { $0 == .recordingIncomplete(id: 7) }.count == 1)
        #expect(recorded.call.output.recordingLosses > 40)
        recorded.call.output.recordings = RecordingBlock()
        talk(recorded, from: 0, 50..<100)
        recorded.stop()
        let spans = recorded.loudSpans(0)
        #expect(spans.count == 1 && spans.allSatisfy { (980...1020).contains($0.lowerBound) }, "\(spans)")
        #expect((1980...2060).contains(recorded.milliseconds))
    }

    @Test func anotherRecordingBeginsAnew() {
        let recorded = RecordedCall()
        talk(recorded, from: 0, 0..<20)
        recorded.call.apply { $0.recording = RecordingPlan(id: 8, sampleRate: 8000) }
        recorded.collect()
        #expect(recorded.recordings == [7])
        talk(recorded, from: 0, 20..<40)
        #expect(recorded.recordings == [7, 8])
    }

    @Test func aChangeOfCodecsLeavesTheRecordingAsItIs() {
        let recorded = RecordedCall()
        talk(recorded, from: 0, 0..<50)
        recorded.call.apply { plan in
            plan.media[0].receivePayloads = [PlainCall.pcma, PlainCall.event]
            plan.media[0].sendPayloads = [PlainCall.pcma, PlainCall.event]
        }
        for sequence in 50..<100 {
            recorded.call.send(from: 0, sequence, payloadType: 8, payload: PlainCall.sound)
            recorded.run(milliseconds: 20)
        }
        recorded.stop()
        #expect(recorded.loudSpans(0).count == 1 && (1980...2060).contains(recorded.milliseconds))
    }

    // MARK: - Packets

    @Test func packetsAreRecordedInTheClear() throws {
        let suite = SRTPSuite.aesCM128HMACSHA1_80
        func key(_ filler: UInt8) throws -> SRTPKey {
            let material = [UInt8](repeating: filler, count: suite.masterKeyLength + suite.masterSaltLength)
            return try #require(SRTPKey(suite: suite, keyAndSalt: material))
        }
        let (ours, theirs) = (try key(1), try key(2))
        let recorded = RecordedCall(packets: [.received, .sent]) { $0.media[0].transport.security = .sdes(local: ours, remote: theirs) }
        let transform = try SRTPTransform.make(theirs, direction: .outbound)
        var packet = [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4] + Self.tone
        let clear = packet
        packet += [UInt8](repeating: 0, count: 32)
        let length = packet.withMutableBytes { transform.protectRTP($0, length: clear.count) }
        packet = Array(packet.prefix(try #require(length)))
        recorded.call.receive(packet, on: 0, from: PlainCall.addresses[0])
        // Not the same packet again, nor one that nobody has signed.
        recorded.call.receive(packet, on: 0, from: PlainCall.addresses[0])
        recorded.call.receive(clear, on: 0, from: PlainCall.addresses[0])
        recorded.call.send(from: 1, 5)
        recorded.collect()
        let received = recorded.packets.filter { $0.source == PlainCall.addresses[0] }
        #expect(received.map(\.bytes) == [clear])
        let local = TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: 30_000)
        #expect(received.first?.destination == local)
        #expect(received.first?.time == recorded.call.now.nanoseconds)
        // To the same peer, as it was before it was encrypted.
        let sent = recorded.packets.filter { $0.destination == PlainCall.addresses[0] }
        #expect(sent.count == 1 && sent[0].source == local && Array(sent[0].bytes.dropFirst(12)) == PlainCall.sound)
    }

    @Test func rtcpAndWhatIsNoAudioAreRecordedToo() {
        let recorded = RecordedCall([PlainCall.pcmu, PlainCall.pcmu], packets: .received) { plan in
            for index in 0..<2 { plan.media[index].relay = .packets }
        }
        let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 99]
        recorded.call.send(from: 0, 1)
        recorded.call.receive(report, on: 0, from: PlainCall.addresses[0])
        recorded.collect()
        #expect(recorded.packets.count == 2 && recorded.packets.last?.bytes == report)
    }
}

extension PacketKind {
    fileprivate static func classify(array: [UInt8]) -> PacketKind { array.withBytes { classify($0) } }
}
