import MediaCore
import PeerSimulator
import Testing
import Wire

/// Every word that the PBX says before Meta's leg is up, known by its pitch: it comes, in its place, and at its pitch.
@Suite struct EarlySpeechTests {
    private static let delays = [0, 500, 1000, 3000]

    @Test(arguments: delays, [SimulatedCodec.pcmu, .opus])
    func noWordIsLost(_ delay: Int, _ codec: SimulatedCodec) throws {
        let scenario = try talk(8, pause: 200, delay: delay, codec: codec)
        try expectWords(Array(0..<8), scenario)
        #expect(media(scenario).backlogDelay == .zero, "the pauses are enough")
    }

    /// Nobody draws breath: the backlog is worked off by playing faster, and is gone within 33 s.
    @Test(arguments: delays, [SimulatedCodec.pcmu, .opus])
    func noWordIsLostWithoutPauses(_ delay: Int, _ codec: SimulatedCodec) throws {
        let count = 8 + delay * 36 / 1000
        let scenario = try talk(count, pause: 0, delay: delay, codec: codec)
        try expectWords((0..<count).map { $0 % 8 }, scenario)
        #expect(media(scenario).backlogDelay == .zero, "\(media(scenario).backlogDelay)")
        #expect(media(scenario).longestBacklogDelay <= .milliseconds(delay + 250))
    }

    /// The same calls without the buffer: what is said until the keys are there is gone, and counted.
    @Test(arguments: [500, 1000, 3000], [SimulatedCodec.pcmu, .opus])
    func wordsAreLostWithoutIt(_ delay: Int, _ codec: SimulatedCodec) throws {
        let scenario = try talk(20, pause: 0, delay: delay, codec: codec) { $0.media[0].keepsEarlyMedia = false }
        let heard = Speech.pitches(scenario.whatsApp.heard)
        #expect(heard.count < 20 && heard.last == 19 % 8, "\(heard)")
        let clipped = media(scenario).clipped
        #expect(clipped >= .milliseconds(delay - 100) && clipped <= .milliseconds(delay + 250), "\(clipped)")
        let missing = 6000 - Speech.soundingMilliseconds(scenario.whatsApp.heard)
        #expect(abs(missing - Int(clipped.milliseconds)) <= 100, "\(missing) ms are missing, \(clipped) are counted")
        #expect(media(scenario).longestBacklogDelay == .zero)
    }

    /// 183 with one codec, 200 with another, and a third one after it, all before Meta's leg is up.
    @Test func theCodecChangesWhileItWaits() throws {
        let scenario = try started(delay: 3000)
        for (index, codec) in [SimulatedCodec.pcmu, .pcma, .opus].enumerated() {
            if index > 0 { change(scenario, to: codec) }
            scenario.pbx.play(word(index))
            scenario.run(milliseconds: 600)
        }
        scenario.run(milliseconds: 4000)
        try expectWords([0, 1, 2], scenario)
        scenario.pbx.play(word(5))
        scenario.run(milliseconds: 1000)
        try expectWords([0, 1, 2, 5], scenario)
    }

    /// And while what was kept is being played; from Opus on with another sampling rate.
    @Test(arguments: [SimulatedCodec.pcmu, .opus])
    func theCodecChangesWhileItIsLate(_ codec: SimulatedCodec) throws {
        let scenario = try started(delay: 2000, codec: codec)
        for index in 0..<10 {
            if index == 8 { change(scenario, to: .pcma) }
            scenario.pbx.play(word(index % 8))
            scenario.run(milliseconds: 300)
        }
        scenario.run(milliseconds: 4000)
        try expectWords([0, 1, 2, 3, 4, 5, 6, 7, 0, 1], scenario)
    }

    @Test(arguments: [SimulatedCodec.pcmu, .opus])
    func theSourceChangesWhileItWaits(_ codec: SimulatedCodec) throws {
        let scenario = try started(delay: 3000, codec: codec)
        for index in 0..<4 {
            scenario.pbx.play(word(index))
            scenario.run(milliseconds: 600)
            scenario.pbx.changeSSRC()
            // A plain leg's new stream is believed with its second packet; nothing is said meanwhile.
            scenario.run(milliseconds: 60)
        }
        scenario.run(milliseconds: 5000)
        try expectWords([0, 1, 2, 3], scenario)
    }

    /// Nothing is sent between the words, as with voice activity detection: the pauses are shortened.
    @Test func gapsInTheSendingAreWorkedOffToo() throws {
        let scenario = try started(delay: 2000)
        scenario.pbx.fillsWithSilence = false
        for index in 0..<8 {
            scenario.pbx.play(word(index))
            scenario.run(milliseconds: 700)
        }
        scenario.run(milliseconds: 3000)
        try expectWords(Array(0..<8), scenario)
        #expect(media(scenario).backlogDelay == .zero)
    }

    @Test func whatIsMoreThanFiveSecondsOldIsLostAndCounted() throws {
        let scenario = try talk(40, pause: 0, delay: 7000)
        let heard = Speech.pitches(scenario.whatsApp.heard)
        let last = (0..<40).map { $0 % 8 }.suffix(heard.count - 1)
        #expect(heard.suffix(heard.count - 1).elementsEqual(last), "the newest are all there: \(heard)")
        #expect(heard.count < 36)
        let statistics = media(scenario)
        #expect((1900...2300).contains(statistics.clipped.milliseconds), "\(statistics.clipped)")
        #expect((4900...5000).contains(statistics.longestBacklogDelay.milliseconds), "\(statistics.longestBacklogDelay)")
    }

    // MARK: - Digits

    /// Pressed between the words of a menu: they come out between the same words.
    @Test(arguments: [SimulatedCodec.pcmu, .opus], [true, false])
    func digitsKeepTheirPlaceBetweenTheWords(_ codec: SimulatedCodec, _ keeps: Bool) throws {
        let scenario = try started(delay: 3000, codec: codec) { $0.media[0].keepsEarlyMedia = keeps }
        for (index, digit) in [UInt8(1), 5, 11].enumerated() {
            scenario.pbx.play(word(index))
            scenario.run(milliseconds: 320)
            scenario.pbx.press(digit)
            scenario.run(milliseconds: 240)
        }
        scenario.pbx.play(word(3))
        #expect(scenario.events.filter { if case .digit = $0 { true } else { false } }.count == 3, "reported when they were pressed")
        let turns = watch(scenario, milliseconds: 6000)
        #expect(scenario.whatsApp.makeReport().digits == [1, 5, 11])
        #expect((turns == ["word", "1", "word", "5", "word", "11", "word"]) == keeps, "\(turns)")
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
        if keeps { try expectWords([0, 1, 2, 3], scenario) }
    }

    /// Pressed when the leg is up and the words before it are still on their way.
    @Test func aDigitWaitsForTheWordsBeforeIt() throws {
        let scenario = try started(delay: 1500)
        scenario.pbx.play((0..<6).flatMap { word($0) })
        scenario.run(milliseconds: 1820)
        #expect(scenario.whatsApp.isConnected)
        scenario.pbx.press(9)
        scenario.pbx.play(word(6))
        #expect(watch(scenario, milliseconds: 4000) == ["word", "9", "word"])
        try expectWords([0, 1, 2, 3, 4, 5, 6], scenario)
    }

    // MARK: - Steps

    private func word(_ index: Int) -> [Int16] { Speech.burst(pitch: Speech.pitch(index), milliseconds: 300) }

    private func media(_ scenario: CallScenario) -> MediaStatistics { scenario.call.statistics().media[0] }

    /// The PBX may talk and Meta's end is not up yet.
    private func started(
        delay: Int, codec: SimulatedCodec = .pcmu, adjusting: @escaping (inout CallPlan) -> Void = { _ in }
    ) throws -> CallScenario {
        var setup = CallScenario.Setup()
        setup.dtlsDelay = .milliseconds(delay)
        setup.pbxCodec = codec
        let scenario = try CallScenario(setup)
        scenario.adjustPlan = adjusting
        try scenario.userCalls()
        return scenario
    }

    /// A call on which the PBX says so many words, with so much between them [ms], until all is heard.
    private func talk(
        _ count: Int, pause: Int, delay: Int, codec: SimulatedCodec = .pcmu, adjusting: @escaping (inout CallPlan) -> Void = { _ in }
    ) throws -> CallScenario {
        let scenario = try started(delay: delay, codec: codec, adjusting: adjusting)
        scenario.pbx.play((0..<count).flatMap { word($0 % 8) + Speech.silence(milliseconds: pause) })
        scenario.run(milliseconds: count * (300 + pause) + delay + 2000)
        return scenario
    }

    private func change(_ scenario: CallScenario, to codec: SimulatedCodec) {
        let format: PayloadPlan = switch codec {
        case .pcmu: PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8000)
        case .pcma: PayloadPlan(payloadType: 8, format: .pcma, clockRate: 8000)
        case .opus: PayloadPlan(payloadType: 107, format: .opus, clockRate: 48000, channels: 2)
        }
        scenario.adjustPlan = { plan in
            plan.media[1].receivePayloads = [format] + plan.media[1].receivePayloads.filter { $0.format == .telephoneEvent }
        }
        scenario.apply()
        scenario.pbx.switchCodec(to: codec, payloadType: format.payloadType)
    }

    private func expectWords(_ expected: [Int], _ scenario: CallScenario) throws {
        let heard = Speech.pitches(scenario.whatsApp.heard)
        #expect(heard == expected)
        #expect(media(scenario).clipped == .zero)
        let report = scenario.whatsApp.makeReport()
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(report.ssrcs.count == 1)
        // Not shorter than at 1.1 times the speed, and no longer than they fade out where nothing follows.
        let sounding = Speech.soundingMilliseconds(scenario.whatsApp.heard)
        #expect(sounding >= expected.count * 270 && sounding <= expected.count * 340, "\(sounding) ms")
    }

    /// What is heard from now on, in turns.
    private func watch(_ scenario: CallScenario, milliseconds: Int) -> [String] {
        var turns: [String] = []
        var (digits, sounding) = (scenario.whatsApp.makeReport().digits.count, 0)
        for _ in 0..<milliseconds / 20 {
            scenario.run(milliseconds: 20)
            let now = (scenario.whatsApp.makeReport().digits, Speech.soundingMilliseconds(scenario.whatsApp.heard))
            for digit in now.0[digits...] { turns.append("\(digit)") }
            if now.1 > sounding, turns.last != "word" { turns.append("word") }
            (digits, sounding) = (now.0.count, now.1)
        }
        return turns
    }

    /// The leg never comes up, and the call ends: what was kept for it was said to nobody.
    @Test func whatNobodyHeardIsCountedAtTheEnd() throws {
        let scenario = try CallScenario()
        scenario.loseHandshake(1)
        scenario.pbx.play(Speech.words(4))
        try scenario.userCalls()
        scenario.run(milliseconds: 3000)
        scenario.call.end(.requested, at: scenario.now, into: CallOutput())
        let clipped = scenario.call.statistics().media.map(\.clipped).max() ?? .zero
        #expect((1000...1400).contains(clipped.milliseconds), "\(clipped)")
    }
}

extension Speech {
    /// Of the words in these tests [Hz]; eight, as far apart as two notes.
    fileprivate static func pitch(_ index: Int) -> Double { 250 + 90 * Double(index) }

    /// The words that can be heard, by the numbers of their pitches: 100 ms and more of one. No two neighbours have the same.
    fileprivate static func pitches(_ samples: [Int16]) -> [Int] {
        let window = sampleRate / 25
        var words: [Int] = []
        var run = (pitch: -1, length: 0)
        for start in stride(from: 0, to: samples.count - window + 1, by: window / 2) {
            let frame = Array(samples[start..<start + window])
            let isSound = frame.filter { abs(Int($0)) > 1500 }.count > window / 4
            let number = isSound ? (0..<8).max { power(of: pitch($0), in: frame) < power(of: pitch($1), in: frame) } ?? -1 : -1
            run = number == run.pitch ? (number, run.length + 1) : (number, 1)
            if number >= 0, run.length == 4, number != words.last { words.append(number) }
        }
        return words
    }

    /// How much a frame has of a pitch: against two square waves, a quarter of a period apart.
    private static func power(of pitch: Double, in frame: [Int16]) -> Double {
        var sums = (0.0, 0.0)
        for (index, sample) in frame.enumerated() {
            let phase = (pitch * Double(index) / Double(sampleRate)).truncatingRemainder(dividingBy: 1)
            sums.0 += phase < 0.5 ? Double(sample) : -Double(sample)
            sums.1 += phase < 0.25 || phase >= 0.75 ? Double(sample) : -Double(sample)
        }
        return sums.0 * sums.0 + sums.1 * sums.1
    }
}
