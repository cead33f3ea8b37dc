import Codecs
import Testing

@Suite struct AudioLevelTests {
    @Test func silenceAndLevel() {
        let silence = [Int16](repeating: 0, count: 160)
        let idle: [Int16] = (0..<160).map { $0 % 2 == 0 ? 8 : -8 }
        let square: [Int16] = (0..<160).map { $0 % 2 == 0 ? 1000 : -1000 }
        let extreme = [Int16](repeating: .min, count: 160)
        silence.withUnsafeBufferPointer { #expect(AudioLevel.isSilent($0) && AudioLevel.rms($0) == 0) }
        idle.withUnsafeBufferPointer { frame in
            #expect(AudioLevel.isSilent(frame) && !AudioLevel.isSilent(frame, threshold: 7) && AudioLevel.rms(frame) == 8)
        }
        square.withUnsafeBufferPointer { frame in
            #expect(!AudioLevel.isSilent(frame) && AudioLevel.meanSquare(frame) == 1_000_000 && AudioLevel.rms(frame) == 1000)
        }
        extreme.withUnsafeBufferPointer { #expect(!AudioLevel.isSilent($0) && AudioLevel.rms($0) == 32768) }
        let nothing = UnsafeBufferPointer<Int16>(start: nil, count: 0)
        #expect(AudioLevel.isSilent(nothing) && AudioLevel.meanSquare(nothing) == 0)
    }
}
