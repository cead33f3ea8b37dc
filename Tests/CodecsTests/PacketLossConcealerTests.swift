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

    @Test func framesOfAnyLengthAreTaken() {
        let concealer = PacketLossConcealer()
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
