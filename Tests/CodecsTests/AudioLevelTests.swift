import Codecs
import Testing

@Suite struct AudioLevelTests {
    @Test func silenceAndLevel() {
        let silence = [Int16](repeating: 0, count: 160)
        let idle: [Int16] = (0..<160).map { $0 % 2 == 0 ? 8 : -8 }
        let square: [Int16] = (0..<160).map { $0 % 2 == 0 ? 1000 : -1000 }
        let extreme = [Int16](repeating: .min, count: 160)
        silence.withUnsafeBufferPointer { #expect(AudioLevel.isSilent($0) && AudioLevel.rms($0) == 0) }
        idle.withUnsafeBufferPointer { #expect(AudioLevel.isSilent($0) && !AudioLevel.isSilent($0, threshold: 7) && AudioLevel.rms($0) == 8) }
        square.withUnsafeBufferPointer { #expect(!AudioLevel.isSilent($0) && AudioLevel.meanSquare($0) == 1_000_000 && AudioLevel.rms($0) == 1000) }
        extreme.withUnsafeBufferPointer { #expect(!AudioLevel.isSilent($0) && AudioLevel.rms($0) == 32768) }
        UnsafeBufferPointer<Int16>(start: nil, count: 0).withMemoryRebound(to: Int16.self) { #expect(AudioLevel.isSilent($0) && AudioLevel.meanSquare($0) == 0) }
    }
}
