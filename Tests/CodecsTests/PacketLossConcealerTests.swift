import Codecs
import Testing

@Suite struct PacketLossConcealerTests {
    @Test(arguments: [80, 160, 240, 320, 480])
    func aGapIsFilledWithSpeechThatFades(_ length: Int) {
        let concealer = PacketLossConcealer()
        // A steady buzz of 125 Hz: 64 samples a period.
        var position = 0
        func buzz() -> [Int16] {
            defer { position += length }
            return (0..<length).map { Int16(((position + $0) % 64 - 32) * 200) }
        }
        for _ in 0..<8 { receive(buzz(), concealer) }
        let missing = buzz()
        let first = conceal(length, concealer)
        // The fade takes 50 ms, so after the quarter of a period that joins it to the speech it is nearly as loud, and in phase.
        #expect(correlation(Array(missing[16..<80]), Array(first[16..<80]), shifts: 0) > 0.9)
        #expect(abs(Int(first[20])) > abs(Int(missing[20])) * 9 / 10)
        var last = first
        for _ in 0..<(800 / length) { last = conceal(length, concealer) }
        #expect(last.allSatisfy { $0 == 0 })
        // The first frame after the gap is blended in from silence.
        let sent = buzz()
        let blended = receive(sent, concealer)
        #expect(abs(Int(blended[0])) <= abs(Int(sent[0])) && blended != sent && blended.suffix(40) == sent.suffix(40))
        #expect(receive(missing, concealer) == missing)
    }

    /// At any rate the voice goes on at its own pitch, and is gone after 50 ms.
    @Test(arguments: [8000, 12000, 16000, 24000, 48000], [80.0, 125, 180])
    func thePitchIsKeptAtAnyRate(_ sampleRate: Int, _ pitch: Double) {
        let concealer = PacketLossConcealer(sampleRate: sampleRate)
        let length = sampleRate / 50
        let period = Double(sampleRate) / pitch
        let buzz = (0..<length * 10).map { Int16(8000 * (Double($0) / period).truncatingRemainder(dividingBy: 1) - 4000) }
        for frame in 0..<8 { receive(Array(buzz[frame * length..<(frame + 1) * length]), concealer) }
        let first = conceal(length, concealer)
        let joined = length / 5
        #expect(correlation(Array(buzz[8 * length + joined..<9 * length]), Array(first[joined...]), shifts: 0) > 0.9)
        _ = conceal(length, concealer)
        #expect(conceal(length, concealer).suffix(length / 2).allSatisfy { $0 == 0 })
    }

    @Test(arguments: [8000, 48000])
    func framesOfAnyLengthAreTaken(_ sampleRate: Int) {
        let concealer = PacketLossConcealer(sampleRate: sampleRate)
        for length in [0, 1, 7, 29, 30, 31, 160, 5000] {
            // Guard words show a write outside the frame.
            var samples = [Int16](repeating: 1234, count: length + 64)
            samples.withUnsafeMutableBufferPointer { all in
                let frame = UnsafeMutableBufferPointer(rebasing: all[32..<(32 + length)])
                concealer.received(frame)
                concealer.conceal(into: frame)
            }
            #expect(samples.prefix(32).allSatisfy { $0 == 1234 } && samples.suffix(32).allSatisfy { $0 == 1234 }, "\(length)")
        }
        concealer.reset()
        #expect(conceal(160, concealer).allSatisfy { $0 == 0 }, "nothing was heard, so nothing is repeated")
    }

    @discardableResult
    private func receive(_ frame: [Int16], _ concealer: PacketLossConcealer) -> [Int16] {
        var samples = frame
        samples.withUnsafeMutableBufferPointer { concealer.received($0) }
        return samples
    }

    private func conceal(_ length: Int, _ concealer: PacketLossConcealer) -> [Int16] {
        var samples = [Int16](repeating: 1, count: length)
        samples.withUnsafeMutableBufferPointer { concealer.conceal(into: $0) }
        return samples
    }
}
