import Codecs
import Testing

@Suite struct ToneTests {
    @Test(arguments: 0..<16)
    func everyDigitIsHeardOnce(_ code: Int) throws {
        let digit = try #require(DTMFDigit(code: UInt8(code)))
        for length in [160, 80, 480] {
            let detector = try ToneDetector()
            var generator = ToneGenerator(digit)
            var heard: [DTMFDigit] = []
            for frame in 0..<(4800 / length) {
                let isTone = frame * length < 1440
                let samples = isTone ? tone(&generator, length) : [Int16](repeating: 0, count: length)
                if let new = listen(detector, samples) { heard.append(new) }
                if (frame + 1) * length == 960 { #expect(detector.active == digit) }
            }
            #expect(heard == [digit] && detector.active == nil)
        }
    }

    @Test func speechIsNoDigit() throws {
        let detector = try ToneDetector()
        var speech = SyntheticSpeech()
        for _ in 0..<500 { #expect(listen(detector, speech.next(160)) == nil) }
    }

    @Test func aDigitPressedTwiceIsHeardTwice() throws {
        let detector = try ToneDetector()
        let digit = try #require(DTMFDigit(ascii: 0x35))
        var heard = 0
        for _ in 0..<2 {
            var generator = ToneGenerator(digit)
            for frame in 0..<8 {
                let samples = frame < 4 ? tone(&generator, 160) : [Int16](repeating: 0, count: 160)
                if listen(detector, samples) == digit { heard += 1 }
            }
        }
        #expect(heard == 2)
    }

    /// A sine at 0 dBm0 has 3.14 dB less than full scale: 16,140 for its root mean square.
    @Test func theVolumeIsThatOfBothTones() throws {
        let digit = try #require(DTMFDigit(code: 1))
        for (volume, rms) in [(0, 16140.0), (10, 5104), (20, 1614), (40, 161.4)] {
            var generator = ToneGenerator(digit, volume: volume)
            let samples = tone(&generator, 8000)
            let measured = Double(samples.withUnsafeBufferPointer { AudioLevel.rms($0) })
            #expect(measured > rms * 0.9 && measured < rms * 1.1, "\(volume): \(measured)")
        }
        var loud = ToneGenerator(digit, volume: -5)
        #expect(tone(&loud, 8000).allSatisfy { $0 > -32768 && $0 < 32767 }, "no clipping at 0 dBm0")
    }

    @Test func codesAndCharacters() {
        for (index, character) in "0123456789*#ABCD".utf8.enumerated() {
            #expect(DTMFDigit(ascii: character)?.code == UInt8(index) && DTMFDigit(code: UInt8(index))?.ascii == character)
        }
        #expect(DTMFDigit(ascii: 0x61)?.code == 12 && DTMFDigit(ascii: 0x78) == nil && DTMFDigit(ascii: 0) == nil)
        #expect(DTMFDigit(code: 16) == nil && DTMFDigit(code: 255) == nil)
    }

    private func tone(_ generator: inout ToneGenerator, _ length: Int) -> [Int16] {
        var samples = [Int16](repeating: 0, count: length)
        samples.withUnsafeMutableBufferPointer { generator.generate(into: $0) }
        return samples
    }

    private func listen(_ detector: ToneDetector, _ samples: [Int16]) -> DTMFDigit? {
        samples.withUnsafeBufferPointer { detector.detect($0) }
    }
}
