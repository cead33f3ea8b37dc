import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// Digits that we are asked to play, as if a peer had pressed them.
@Suite struct PlayDigitsTests {
    private func digits(_ codes: [UInt8], duration: Int = 100, pause: Int = 100) -> CallAction {
        .playDigits(codes.map { PlayedDigit(code: $0, duration: duration, pause: pause, volume: 8) }, media: 0)
    }

    private func events(_ call: PlainCall) -> [PlainCall.Sent] { call.sent[1].filter { $0.header.payloadType == 101 } }

    @Test(arguments: [(100, 100), (250, 100), (100, 250), (55, 130), (5000, 5000)])
    func eventsLeaveWithTheirLengthAndPause(_ duration: Int, _ pause: Int) throws {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        #expect(call.perform(digits([1, 2, 15], duration: duration, pause: pause)))
        call.run(milliseconds: 3 * (duration + pause) + 200)
        let sent = events(call)
        let starts = sent.filter(\.header.marker)
        #expect(starts.map { $0.payload[0] } == [1, 2, 15])
        for (first, second) in zip(starts, starts.dropFirst()) {
            let step = Int((second.at - first.at).milliseconds)
            #expect((duration + pause...duration + pause + 40).contains(step), "\(step) ms")
            #expect(Int(second.header.timestamp &- first.header.timestamp) == step * 8)
        }
        let last = try #require(sent.last)
        #expect(last.payload[1] == 0x88 && Int(last.payload[2]) << 8 | Int(last.payload[3]) == max(40, duration) * 8)
        #expect(call.gaps(toward: 1).isEmpty)
        #expect(!call.events.contains { if case .digit = $0 { true } else { false } }, "nobody pressed them")
        let statistics = call.call.statistics()
        #expect(statistics.media[1].digitsSent == 3 && statistics.media[0].digitsReceived == 0)
    }

    /// Audio is left out for the digits and their pauses, and goes on behind them.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus])
    func audioMakesRoom(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format])
        call.talk(from: 0, 0..<20)
        #expect(call.perform(digits([7, 7])))
        call.talk(from: 0, 20..<60)
        let types = call.sent[1].map(\.header.payloadType)
        let first = try #require(types.firstIndex(of: 101)), last = try #require(types.lastIndex(of: 101))
        #expect(types[first...last].allSatisfy { $0 == 101 } && types.suffix(15).allSatisfy { $0 != 101 })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// Also where no source says anything, and without the treatment that makes tones of the source's digits.
    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus], [true, false])
    func tonesWhereThereIsNoEvent(_ format: PayloadPlan, _ talks: Bool) throws {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].sendPayloads = [format] }
        if talks { call.talk(from: 0, 0..<20) }
        #expect(call.perform(digits([1, 2, 11])))
        if talks { call.talk(from: 0, 20..<60) } else { call.run(milliseconds: 800) }
        let detector = try ToneDetector(), decoder = try OpusDecoder(sampleRate: 8000)
        let heard = call.sent[1].compactMap { packet -> UInt8? in
            var samples = [Int16](repeating: 0, count: 960)
            let count = packet.payload.withBytes { bytes in
                samples.withUnsafeMutableBufferPointer {
                    format.format == .opus
                        ? decoder.decode(bytes, into: $0) ?? 0 : G711.decode(bytes, law: format.format == .pcma ? .a : .mu, into: $0)
                }
            }
            return samples[..<count].withUnsafeBufferPointer { detector.detect($0) }?.code
        }
        #expect(heard == [1, 2, 11])
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// Behind what waits already; up to 64, of which all are taken or none.
    @Test func soManyWait() {
        let call = PlainCall()
        #expect(call.perform(digits(Array(repeating: 3, count: 60))))
        #expect(!call.perform(digits(Array(repeating: 4, count: 5))))
        #expect(call.perform(digits(Array(repeating: 5, count: 4))))
        #expect(!call.perform(digits([6])))
        call.run(milliseconds: 64 * 240)
        let codes = events(call).filter(\.header.marker).map { $0.payload[0] }
        #expect(codes == Array(repeating: 3, count: 60) + Array(repeating: 5, count: 4))
        #expect(call.perform(digits([6])))
    }

    @Test func nobodyToHearThem() {
        let call = PlainCall()
        #expect(!call.perform(.playDigits([], media: 0)))
        #expect(!call.perform(.playDigits([PlayedDigit(code: 16, duration: 100, pause: 100, volume: 8)], media: 0)))
        for media in [2, -1, .max] {
            #expect(!call.perform(.playDigits([PlayedDigit(code: 1, duration: 100, pause: 100, volume: 8)], media: media)))
        }
        call.apply { $0.media[1].peerReceives = false }
        #expect(!call.perform(digits([1])))
        call.apply {
            $0.media[1].peerReceives = true
            $0.media[1].sendPayloads = [PayloadPlan(payloadType: 18, format: .other("G729"), clockRate: 8000)]
        }
        #expect(!call.perform(digits([1])))
        call.apply { plan in
            for index in plan.media.indices { plan.media[index].relay = .packets }
            plan.media[1].sendPayloads = [PlainCall.pcmu, PlainCall.event]
        }
        #expect(!call.perform(digits([1])))
        call.run(milliseconds: 61_000)
        #expect(call.call.isEnded && !call.perform(digits([1])))
    }

    @Test func lengthsOfAnyKind() {
        let call = PlainCall()
        for value in [Int.min, -1, 0, .max] {
            #expect(call.perform(.playDigits([PlayedDigit(code: 1, duration: value, pause: value, volume: 255)], media: 0)))
        }
        call.run(milliseconds: 10_000)
        #expect(!events(call).isEmpty)
    }

    /// They wait for a peer that can't be sent to, and no treatment of the source keeps them back.
    @Test func theyAreOurs() {
        let call = PlainCall {
            $0.media[1].treatment = [.blocked, .digitsBlocked]
            $0.media[1].isGated = true
        }
        #expect(call.perform(digits([1])))
        call.run(milliseconds: 1000)
        #expect(call.sent[1].isEmpty)
        call.apply { $0.media[1].isGated = false }
        call.run(milliseconds: 1000)
        #expect(events(call).count == 7)
    }

    /// A peer presses one meanwhile: each comes whole.
    @Test func betweenTheDigitsOfThePeer() {
        let call = PlainCall()
        #expect(call.perform(digits([1, 2])))
        for number in 0..<8 {
            let digit = PlainCall.digit(9, duration: UInt16(160 * number + 160), isEnd: number > 4)
            call.send(from: 0, number, timestamp: 0, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 2000)
        #expect(events(call).filter(\.header.marker).map { $0.payload[0] } == [1, 2, 9])
        #expect(events(call).filter { $0.payload[1] & 0x80 != 0 }.map { $0.payload[0] } == [1, 1, 1, 2, 2, 2, 9, 9, 9])
    }

    /// In a clip they take the place of its frames.
    @Test func duringAClip() {
        let clip = AudioClip(samples: Array(repeating: 3000, count: 8000), sampleRate: 8000)
        let call = PlainCall { $0.media[1].playback = PlaybackPlan(clip: clip, id: 1, repetitions: 1) }
        call.run(milliseconds: 300)
        #expect(call.perform(digits([4])))
        call.run(milliseconds: 1000)
        #expect(events(call).count == 7 && call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(call.events.contains(.playbackEnded(media: 1, id: 1)))
    }
}
