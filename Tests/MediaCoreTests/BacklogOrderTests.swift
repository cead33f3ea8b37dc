import Codecs
@testable import MediaCore
import RTP
import Testing
import Wire

/// Every packet has a sound of its own, so that it can be told which ones were heard, and in which order.
@Suite struct BacklogOrderTests {
    private static let levels = 40

    @Test func everyWordIsHeardOnce() {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<100)
        release(call)
        talk(call, 100..<600)
        expectAll(call, 600)
    }

    /// A path that comes and goes while somebody speaks.
    @Test(arguments: [1, 3, 10, 30])
    func heldAgainAndAgain(_ length: Int) {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<50)
        var number = 50
        for _ in 0..<6 {
            hold(call)
            talk(call, number..<number + length)
            release(call)
            talk(call, number + length..<number + length + 25)
            number += length + 25
        }
        talk(call, number..<number + 600)
        expectAll(call, number + 600)
    }

    /// The path goes in the last word, and comes back when everything is said.
    @Test(arguments: [1, 2, 4])
    func heldWhenTheLastWordIsSaid(_ burst: Int) {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<200 - burst, inBurstsOf: burst)
        talk(call, 200 - burst..<200, inBurstsOf: 1000)
        hold(call)
        call.run(milliseconds: 500)
        release(call)
        call.run(milliseconds: 2000)
        expectAll(call, 200)
    }

    /// Packets come in bursts, so that the jitter buffer holds several.
    @Test(arguments: [2, 4, 8], [3, 30])
    func heldOnABurstyNetwork(_ burst: Int, _ bursts: Int) {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<160, inBurstsOf: burst)
        hold(call)
        let end = 160 + burst * bursts
        talk(call, 160..<end, inBurstsOf: burst)
        release(call)
        talk(call, end..<end + 800, inBurstsOf: burst)
        expectAll(call, end + 800)
    }

    /// The way back to packets that need no conversion is taken in a pause, and a pause may be short.
    @Test(arguments: [1, 2, 3, 5], [1, 2, 6])
    func aShortPauseLosesNoWord(_ burst: Int, _ pause: Int) {
        let call = held([PlainCall.pcmu, PlainCall.pcmu])
        let silent = { (number: Int) in number % 23 < pause }
        talk(call, 0..<48, inBurstsOf: burst, silent: silent)
        release(call)
        talk(call, 48..<1195, inBurstsOf: burst, silent: silent)
        expectAll(call, 1195, silent: silent)
        #expect(call.sent[1].last?.payload == Self.sound(1194, isSilent: false), "the packets are passed on in the end")
    }

    /// The same where the jitter buffer holds several packets while a silent one is played.
    @Test(arguments: 1...6)
    func aShortPauseLosesNoWordOnAJitteryNetwork(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let call = held([PlainCall.pcmu, PlainCall.pcmu])
        let silent = { (number: Int) in number % 7 == 0 || (1150..<1165).contains(number) }
        let begin = call.now
        var last = begin
        for number in 0..<1195 {
            // In order, up to 100 ms late.
            last = max(last, begin + .milliseconds(20 * number + Int(random.next() % 100)))
            call.run(milliseconds: Int((last - call.now).milliseconds))
            if number == 60 { release(call) }
            talk(call, number..<number + 1, inBurstsOf: 10_000, silent: silent)
        }
        expectAll(call, 1195, silent: silent)
        #expect(call.sent[1].last?.payload == Self.sound(1194, isSilent: false), "the packets are passed on in the end")
    }

    @Test(arguments: [0, 10, 40, 100])
    func theCodecChangesInMidCatchUp(_ later: Int) {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<60)
        release(call)
        talk(call, 60..<60 + later)
        call.apply { $0.media[1].sendPayloads = [PlainCall.pcmu, PlainCall.event] }
        talk(call, 60 + later..<700)
        expectAll(call, 700)
    }

    @Test(arguments: [0, 10, 40, 100])
    func theSourceChangesInMidCatchUp(_ later: Int) {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        talk(call, 0..<60)
        release(call)
        // What comes last fades out, which sounds like others.
        let silent = { (number: Int) in (60 + later..<65 + later).contains(number) }
        talk(call, 60..<65 + later, silent: silent)
        call.run(milliseconds: 80)
        talk(call, 65 + later..<700, ssrc: 5, offset: 4000)
        expectAll(call, 700, silent: silent)
    }

    /// A sender whose clock is wrong by this many millionths.
    @Test(arguments: [-300, 300])
    func aClockThatIsWrong(_ millionths: Int) {
        let call = held([PlainCall.pcmu, PlainCall.pcma])
        var waited = 0
        for number in 0..<1500 {
            if number == 100 { release(call) }
            call.send(from: 0, number, payload: Self.sound(number, isSilent: false))
            let until = number * 20 * (1_000_000 + millionths) / 1_000_000 + 20
            call.run(milliseconds: until - waited)
            waited = until
        }
        expectAll(call, 1500)
    }

    // MARK: - Steps

    private func held(_ codecs: [PayloadPlan]) -> PlainCall {
        let call = PlainCall(codecs)
        hold(call)
        return call
    }

    private func hold(_ call: PlainCall) { call.apply { $0.media[1].transport.remoteRTP = nil } }

    private func release(_ call: PlainCall) { call.apply { $0.media[1].transport.remoteRTP = PlainCall.addresses[1] } }

    private func talk(
        _ call: PlainCall, _ numbers: Range<Int>, inBurstsOf burst: Int = 1, ssrc: UInt32 = 99, offset: Int = 0,
        silent: (Int) -> Bool = { _ in false }
    ) {
        for number in numbers {
            call.send(from: 0, number + offset, ssrc: ssrc, payload: Self.sound(number, isSilent: silent(number)))
            if (number + 1) % burst == 0 { call.run(milliseconds: 20 * burst) }
        }
    }

    private static func sound(_ number: Int, isSilent: Bool) -> [UInt8] {
        Array(repeating: isSilent ? 0xff : UInt8(0x80 + 2 * (number % levels)), count: 160)
    }

    /// All that were sent are heard, in order, once.
    private func expectAll(_ call: PlainCall, _ count: Int, silent: (Int) -> Bool = { _ in false }) {
        call.run(milliseconds: 6000)
        let heard = heard(call)
        var missing: [Int] = []
        var strange: [Int] = []
        var next = 0
        for level in heard {
            var candidate = next
            while candidate < next + Self.levels / 2, candidate % Self.levels != level || silent(candidate) { candidate += 1 }
            if candidate == next + Self.levels / 2 {
                strange.append(next)
            } else {
                missing += (next..<candidate).filter { !silent($0) }
                next = candidate + 1
            }
        }
        #expect(missing.isEmpty, "not heard: \(missing)")
        // Before the jitter buffer knows the network it may run dry, and carries the last sound on.
        #expect(strange.allSatisfy { $0 < 60 }, "heard again or out of order before \(strange)")
        // The end fades out, and so sounds like the next ones.
        #expect((count...count + 8).contains(next), "heard up to \(next) of \(count)")
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(call.call.statistics().media[1].clipped == .zero)
    }

    /// The sounds that lasted for 2.5 ms and more.
    private func heard(_ call: PlainCall) -> [Int] {
        let levels = [G711.Law.mu, .a].map { law in (0...255).map { Self.level(UInt8($0), law) } }
        var result: [Int] = []
        var run = (level: -1, count: 0)
        for packet in call.sent[1] where packet.header.payloadType != 101 {
            let level = levels[packet.header.payloadType == 8 ? 1 : 0]
            for byte in packet.payload {
                let level = level[Int(byte)]
                run = level == run.level ? (level, run.count + 1) : (level, 1)
                if run.count == 20, level >= 0, result.last != level { result.append(level) }
            }
        }
        return result
    }

    /// Which sound a code is nearest to, -1 for none.
    private static func level(_ code: UInt8, _ law: G711.Law) -> Int {
        let sample = Int(decode([code], law)[0])
        let table = (0..<levels).map { Int(decode([UInt8(0x80 + 2 * $0)], .mu)[0]) }
        let nearest = table.indices.min { abs(table[$0] - sample) < abs(table[$1] - sample) } ?? 0
        return abs(table[nearest] - sample) * 25 < table[nearest] ? nearest : -1
    }

    private static func decode(_ payload: [UInt8], _ law: G711.Law) -> [Int16] {
        var samples = [Int16](repeating: 0, count: payload.count)
        payload.withBytes { bytes in samples.withUnsafeMutableBufferPointer { _ = G711.decode(bytes, law: law, into: $0) } }
        return samples
    }
}
