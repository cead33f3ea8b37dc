import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// Digits as tones: heard in a source's audio, made for a peer that knows no telephone-event.
@Suite struct ToneTests {
    private static let formats = [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus]

    /// A peer's packets of 20 ms.
    private final class Voice {
        private let format: PayloadFormat
        private let encoder: OpusEncoder?
        private var random = SplitMix64(seed: 3)

        init(_ format: PayloadPlan) {
            self.format = format.format
            encoder = format.format == .opus ? try? OpusEncoder(.init(sampleRate: 8000)) : nil
        }

        /// Noise, not loud, or the part of a tone that goes from one sample to another, and noise around it.
        func frame(tone: inout ToneGenerator?, from start: Int = 0, to end: Int = 160) -> [UInt8] {
            var samples = (0..<160).map { _ in Int16(truncatingIfNeeded: Int(random.next() % 2000) - 1000) }
            samples.withUnsafeMutableBufferPointer { tone?.generate(into: UnsafeMutableBufferPointer(rebasing: $0[start..<end])) }
            var bytes = [UInt8](repeating: 0, count: 1000)
            let length = samples.withUnsafeBufferPointer { samples in
                bytes.withMutableBytes { room in
                    format == .opus
                        ? encoder?.encode(samples, into: room) ?? 0 : G711.encode(samples, law: format == .pcma ? .a : .mu, into: room)
                }
            }
            return Array(bytes.prefix(length))
        }
    }

    /// Says something, presses the digits as tones of 100 ms with pauses of 100 ms, says something; a tone begins in mid-packet.
    @discardableResult
    private func press(_ digits: [UInt8], in call: PlainCall, _ format: PayloadPlan, first: Int = 0, offset: Int = 80) -> Int {
        let voice = Voice(format)
        var number = first
        var tone: ToneGenerator?
        func send(_ payload: [UInt8]) {
            call.send(from: 0, number, timestamp: number * format.clockRate / 50, payloadType: format.payloadType, payload: payload)
            call.run(milliseconds: 20)
            number += 1
        }
        for _ in 0..<20 { send(voice.frame(tone: &tone)) }
        for code in digits {
            tone = DTMFDigit(code: code).map { ToneGenerator($0, volume: 8) }
            send(voice.frame(tone: &tone, from: offset))
            for _ in 0..<4 { send(voice.frame(tone: &tone)) }
            if offset > 0 { send(voice.frame(tone: &tone, to: offset)) }
            tone = nil
            for _ in 0..<5 { send(voice.frame(tone: &tone)) }
        }
        for _ in 0..<20 { send(voice.frame(tone: &tone)) }
        return number
    }

    private func digits(_ call: PlainCall) -> [UInt8] {
        call.events.compactMap { if case .digit(media: 0, let code, _, _) = $0 { code } else { nil } }
    }

    /// The codes of the events toward a peer, each once.
    private func events(_ call: PlainCall, toward peer: Int = 1) -> [UInt8] {
        call.sent[peer].filter { $0.header.payloadType == 101 && $0.header.marker }.map { $0.payload[0] }
    }

    // MARK: - Detected

    /// Each of the sixteen, from each format, toward a peer with the same and with another one.
    @Test(arguments: formats, [true, false])
    func tonesBecomeEvents(_ format: PayloadPlan, _ isSame: Bool) {
        let sink = isSame ? format : format.format == .pcmu ? PlainCall.pcma : PlainCall.pcmu
        let call = PlainCall([format, sink]) { $0.media[1].treatment = .detectsTones }
        let all = (0..<16).map { UInt8($0) }
        press(all, in: call, format)
        #expect(digits(call) == all && events(call) == all)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        for case .digit(_, _, let duration, _) in call.events { #expect((60...140).contains(duration), "\(duration) ms") }
    }

    @Test func withoutTheTreatmentATonePasses() {
        let call = PlainCall()
        press([5], in: call, PlainCall.pcmu)
        #expect(digits(call).isEmpty && events(call).isEmpty)
        #expect(heard(call) == [5])
    }

    /// What the peer hears of the tone is too short for a detector, and for a person hardly a click.
    @Test(arguments: [0, 30, 80, 120, 150])
    func theToneIsTakenOut(_ offset: Int) {
        let call = PlainCall { $0.media[1].treatment = .detectsTones }
        press([1, 2, 3], in: call, PlainCall.pcmu, offset: offset)
        #expect(events(call) == [1, 2, 3] && heard(call).isEmpty)
        // The tones are ten times as loud as the noise around them.
        let loud = samples(call).filter { abs(Int($0)) > 4000 }.count
        #expect(loud < 3 * 8 * 25, "\(loud / 8 / 3) ms of each tone")
    }

    /// A tone that a peer without telephone-event hears is reported, and stays.
    @Test func theToneStaysWhereThereIsNoEvent() {
        let call = PlainCall { $0.media[1].treatment = [.detectsTones, .generatesTones] }
        call.apply { $0.media[1].sendPayloads = [PlainCall.pcmu] }
        press([7], in: call, PlainCall.pcmu)
        #expect(digits(call) == [7] && heard(call) == [7])
    }

    @Test func aBlockedToneIsNotHeard() {
        let call = PlainCall { $0.media[1].treatment = [.detectsTones, .digitsBlocked] }
        press([7, 8], in: call, PlainCall.pcmu)
        #expect(digits(call) == [7, 8] && heard(call).isEmpty && events(call).isEmpty)
    }

    /// Noise and speech-like sounds are no digits.
    @Test func noDigitWithoutATone() {
        let call = PlainCall { $0.media[1].treatment = .detectsTones }
        press([], in: call, PlainCall.pcmu)
        call.talk(from: 0, 40..<100)
        #expect(digits(call).isEmpty && call.sent[1].count == 100)
    }

    /// Events with their own tone beside them are one digit.
    @Test func anEventIsNotHeardTwice() {
        let call = PlainCall { $0.media[1].treatment = .detectsTones }
        let voice = Voice(PlainCall.pcmu)
        var tone = DTMFDigit(code: 5).map { ToneGenerator($0, volume: 8) }
        for number in 0..<10 {
            let digit = PlainCall.digit(5, duration: UInt16(160 * number + 160), isEnd: number > 6)
            call.send(from: 0, 2 * number, timestamp: 0, payloadType: 101, payload: digit)
            call.send(from: 0, 2 * number + 1, timestamp: number * 160, payload: voice.frame(tone: &tone))
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 1000)
        #expect(digits(call) == [5])
    }

    /// The stream breaks off in a tone: the digit ends.
    @Test func aToneThatBreaksOffEnds() {
        let call = PlainCall { $0.media[1].treatment = .detectsTones }
        let voice = Voice(PlainCall.pcmu)
        var tone = DTMFDigit(code: 9).map { ToneGenerator($0, volume: 8) }
        for number in 0..<10 {
            call.send(from: 0, number, payload: voice.frame(tone: &tone))
            call.run(milliseconds: 20)
        }
        #expect(digits(call).isEmpty)
        call.run(milliseconds: 500)
        #expect(digits(call) == [9])
        let events = call.sent[1].filter { $0.header.payloadType == 101 }
        #expect(events.suffix(3).allSatisfy { $0.payload[1] & 0x80 != 0 })
    }

    @Test func lostPacketsDoNotDoubleADigit() {
        for lost in 0..<6 {
            let call = PlainCall { $0.media[1].treatment = .detectsTones }
            let voice = Voice(PlainCall.pcmu)
            var tone: ToneGenerator?
            for number in 0..<60 {
                if number == 20 { tone = DTMFDigit(code: 3).map { ToneGenerator($0, volume: 8) } }
                if number == 35 { tone = nil }
                let payload = voice.frame(tone: &tone)
                if number != 24 + lost { call.send(from: 0, number, payload: payload) }
                call.run(milliseconds: 20)
            }
            #expect(digits(call) == [3], "without packet \(24 + lost)")
        }
    }

    // MARK: - Made

    /// Events become tones, in place of audio that is forwarded or converted, on one line.
    @Test(arguments: formats, formats)
    func eventsBecomeTones(_ from: PayloadPlan, _ to: PayloadPlan) {
        let call = PlainCall([from, to]) {
            $0.media[1].treatment = .generatesTones
            $0.media[1].sendPayloads = [to]
        }
        var number = 0
        let voice = Voice(from)
        var none: ToneGenerator?
        func talk(_ count: Int) {
            for _ in 0..<count {
                let payload = voice.frame(tone: &none)
                call.send(from: 0, number, timestamp: number * from.clockRate / 50, payloadType: from.payloadType, payload: payload)
                call.run(milliseconds: 20)
                number += 1
            }
        }
        talk(20)
        for code: UInt8 in [4, 11, 4] {
            let start = number
            for step in 0..<8 {
                let digit = PlainCall.digit(code, duration: UInt16(160 * min(step + 1, 6)), isEnd: step > 4)
                call.send(from: 0, number, timestamp: start * from.clockRate / 50, payloadType: 101, payload: digit)
                call.run(milliseconds: 20)
                number += 1
            }
            talk(10)
        }
        talk(20)
        call.run(milliseconds: 500)
        #expect(heard(call, to) == [4, 11, 4] && digits(call) == [4, 11, 4])
        #expect(call.call.statistics().media[1].digitsSent == 3)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(call.sent[1].allSatisfy { $0.header.payloadType == to.payloadType })
        #expect(call.longestPause(toward: 1) <= 520)
        let steps = zip(call.sent[1], call.sent[1].dropFirst()).map { Int($1.header.timestamp &- $0.header.timestamp) * 50 / to.clockRate }
        #expect(steps.allSatisfy { $0 <= 2 }, "no more than a frame is left out: \(steps.max() ?? 0)")
    }

    /// The tone has the event's length and volume.
    @Test func aToneIsAsLongAsItsEvent() {
        let call = PlainCall { $0.media[1].treatment = .generatesTones; $0.media[1].sendPayloads = [PlainCall.pcmu] }
        for step in 0..<13 {
            let digit = PlainCall.digit(5, duration: UInt16(160 * min(step + 1, 10)), isEnd: step > 8)
            call.send(from: 0, step, timestamp: 0, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 500)
        let loud = samples(call).filter { $0 != 0 && abs(Int($0)) > 8 }.count
        #expect((185...205).contains(loud / 8), "\(loud / 8) ms")
        let power = samples(call).prefix(1200).map { Double($0) * Double($0) }.reduce(0, +) / 1200
        // -10 dBm0, as the event says; 0 dBm0 is 3.14 dB below the largest sine (ITU-T G.711).
        let level = 10 * Self.log10(power / (32124.0 * 32124 / 2)) + 3.14
        #expect(abs(level + 10) < 1.5, "\(level) dBm0")
    }

    @Test func withoutTheTreatmentADigitIsLost() {
        let call = PlainCall { $0.media[1].sendPayloads = [PlainCall.pcmu] }
        for step in 0..<10 {
            let digit = PlainCall.digit(5, duration: UInt16(160 * step + 160), isEnd: step > 6)
            call.send(from: 0, step, timestamp: 0, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        #expect(call.sent[1].isEmpty && digits(call) == [5])
    }

    /// A format that we can't encode has no tones; audio goes on.
    @Test func noToneWithoutAnEncoder() {
        let format = PayloadPlan(payloadType: 18, format: .other("G729"), clockRate: 8000)
        let call = PlainCall([format, format]) {
            $0.media[1].treatment = .generatesTones
            $0.media[1].sendPayloads = [format]
        }
        call.talk(from: 0, 0..<10, payloadType: 18)
        for step in 0..<10 {
            let digit = PlainCall.digit(5, duration: UInt16(160 * step + 160), isEnd: step > 6)
            call.send(from: 0, 10 + step, timestamp: 1600, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        call.talk(from: 0, 20..<30, payloadType: 18)
        #expect(call.sent[1].count == 20 && call.gaps(toward: 1).isEmpty && digits(call) == [5])
    }

    // MARK: -

    /// What a detector at the peer makes of what it hears.
    private func heard(_ call: PlainCall, _ format: PayloadPlan = PlainCall.pcmu) -> [UInt8] {
        guard let detector = try? ToneDetector() else { return [] }
        let all = samples(call, format)
        return stride(from: 0, to: all.count - 159, by: 160).compactMap { start in
            all[start..<start + 160].withUnsafeBufferPointer { detector.detect($0) }?.code
        }
    }

    private func samples(_ call: PlainCall, _ format: PayloadPlan = PlainCall.pcmu) -> [Int16] {
        let decoder = try? OpusDecoder(sampleRate: 8000)
        return call.sent[1].filter { $0.header.payloadType == format.payloadType }.flatMap { packet -> [Int16] in
            var samples = [Int16](repeating: 0, count: 960)
            let count = packet.payload.withBytes { bytes in
                samples.withUnsafeMutableBufferPointer {
                    format.format == .opus
                        ? decoder?.decode(bytes, into: $0) ?? 0 : G711.decode(bytes, law: format.format == .pcma ? .a : .mu, into: $0)
                }
            }
            return Array(samples.prefix(count))
        }
    }

    private static func log10(_ value: Double) -> Double {
        var value = value, result = 0.0
        while value >= 10 { value /= 10; result += 1 }
        while value < 1, value > 0 { value *= 10; result -= 1 }
        // ln by its series around 1, good enough for a tenth of a decibel.
        let y = (value - 1) / (value + 1)
        var term = y, sum = 0.0
        for n in stride(from: 1, to: 400, by: 2) { sum += term / Double(n); term *= y * y }
        return result + 2 * sum / 2.302585093
    }
}
