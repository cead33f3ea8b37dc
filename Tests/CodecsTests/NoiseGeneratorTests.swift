import Codecs
import Foundation
import Testing

@Suite struct NoiseGeneratorTests {
    /// RFC 3389 section 3: below a square wave at the overload of μ-law.
    @Test(arguments: [10, 20, 30, 40, 50, 60, 70] as [UInt8])
    func itIsAsLoudAsAsked(_ level: UInt8) {
        let noise = noise(level)
        let power = noise.map { Double($0) * Double($0) }.reduce(0, +) / Double(noise.count)
        let measured = -20 * log10(power.squareRoot() / 32124)
        #expect(abs(measured - Double(level)) < 0.7, "\(measured)")
        #expect(abs(noise.map(Int.init).reduce(0, +)) / noise.count <= noise.map { abs(Int($0)) }.reduce(0, +) / noise.count / 50)
    }

    /// White: no sample tells anything of the next ones.
    @Test func itHasNoPitch() {
        let noise = noise(30)
        for lag in [1, 2, 3, 40, 80, 160, 320] {
            #expect(abs(correlation(Array(noise.dropLast(lag)), Array(noise.dropFirst(lag)), shifts: 0)) < 0.03, "\(lag)")
        }
    }

    @Test func theLeastIsSilenceAndTheMostFits() {
        #expect(noise(127).allSatisfy { $0 == 0 } && noise(255).allSatisfy { $0 == 0 })
        #expect(noise(0).contains { $0 > 30000 } && noise(0).contains { $0 < -30000 })
        var generator = NoiseGenerator()
        generator.generate(into: UnsafeMutableBufferPointer(start: nil, count: 0))
    }

    private func noise(_ level: UInt8) -> [Int16] {
        var generator = NoiseGenerator()
        generator.setLevel(level)
        var samples = [Int16](repeating: 1, count: 16000)
        samples.withUnsafeMutableBufferPointer { generator.generate(into: $0) }
        return samples
    }
}
