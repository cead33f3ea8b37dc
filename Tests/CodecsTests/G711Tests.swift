import Codecs
import Testing
import Wire

/// Against the recommendation's own tables of decision values, for every sample value and every code.
@Suite struct G711Tests {
    /// One law as tables 1 and 2 of G.711 give it: 8 segments, each with intervals of one length.
    struct Quantiser: Sendable {
        /// What a unit of the tables is in 16-bit samples.
        let unit: Int
        /// The lower ends of the 128 intervals.
        let decisions: [Int]
        /// The upper end of the last one, the virtual decision value.
        let overload: Int
        /// Of the smallest positive interval.
        let code: @Sendable (_ interval: Int, _ isNegative: Bool) -> UInt8

        /// Table 1: 32 intervals of 2, then 16 each of 4, 8, ..., 128, up to 4096; 13-bit samples.
        static let aLaw = Quantiser(
            unit: 8, intervals: [(32, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128)]
        ) { interval, isNegative in
            UInt8(interval | (isNegative ? 0 : 0x80)) ^ 0x55
        }
        /// Table 2: one interval of 1, 15 of 2, then 16 each of 4, ..., 256, up to 8159; 14-bit samples.
        static let muLaw = Quantiser(
            unit: 4, intervals: [(1, 1), (15, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128), (16, 256)]
        ) { interval, isNegative in
            ~UInt8(interval | (isNegative ? 0x80 : 0))
        }

        init(unit: Int, intervals: [(count: Int, length: Int)], code: @escaping @Sendable (Int, Bool) -> UInt8) {
            var ends = [0]
            for (count, length) in intervals {
                for _ in 0..<count { ends.append(ends[ends.count - 1] + length) }
            }
            self.unit = unit
            overload = ends.removeLast()
            decisions = ends
            self.code = code
        }

        /// A sample on a decision value belongs to the interval above it; the negative side is the mirror image about -1/2.
        func encode(_ sample: Int) -> UInt8 {
            let magnitude = sample < 0 ? -sample - 1 : sample
            let interval = decisions.lastIndex { $0 * unit <= magnitude } ?? 0
            return code(interval, sample < 0)
        }

        /// The middle of the interval; 0 for the first of μ-law, which reaches from -1 to 1.
        func decode(interval: Int, isNegative: Bool, startsAtZero: Bool) -> Int {
            if startsAtZero, interval == 0 { return 0 }
            let upper = interval + 1 < decisions.count ? decisions[interval + 1] : overload
            let middle = (decisions[interval] + upper) * unit / 2
            return isNegative ? -middle : middle
        }
    }

    @Test(arguments: [G711.Law.mu, .a])
    func everySampleHasItsCode(_ law: G711.Law) {
        let quantiser = law == .mu ? Quantiser.muLaw : .aLaw
        #expect(quantiser.decisions.count == 128 && quantiser.overload == (law == .mu ? 8159 : 4096))
        let samples = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        var codes = [UInt8](repeating: 0, count: samples.count)
        let count = samples.withUnsafeBufferPointer { pcm in codes.withMutableBytes { G711.encode(pcm, law: law, into: $0) } }
        #expect(count == 65536)
        #expect(zip(samples, codes).allSatisfy { quantiser.encode(Int($0)) == $1 })
    }

    @Test(arguments: [G711.Law.mu, .a])
    func everyCodeHasItsSampleAndComesBack(_ law: G711.Law) {
        let quantiser = law == .mu ? Quantiser.muLaw : .aLaw
        var wrong = 0
        for interval in 0..<128 {
            for isNegative in [false, true] {
                let code = quantiser.code(interval, isNegative)
                let sample = decode([code], law)[0]
                if Int(sample) != quantiser.decode(interval: interval, isNegative: isNegative, startsAtZero: law == .mu) { wrong += 1 }
                // Minus zero is the one code that does not come back.
                if encode([sample], law) != [code], !(law == .mu && code == 0x7f) { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    /// Tables 5 and 6 of G.711: a sine of 1 kHz at 0 dBm0.
    @Test func theDigitalMilliwatt() {
        let mu: [UInt8] = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e]
        let a: [UInt8] = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]
        #expect(decode(mu, .mu).map { abs(Int($0)) } == [8828, 20860, 20860, 8828, 8828, 20860, 20860, 8828])
        #expect(decode(a, .a).map { abs(Int($0)) } == [8960, 20992, 20992, 8960, 8960, 20992, 20992, 8960])
        #expect(encode(decode(mu, .mu), .mu) == mu && encode(decode(a, .a), .a) == a)
    }

    @Test func silence() {
        #expect(G711.silence(.mu) == 0xff && G711.silence(.a) == 0xd5)
        #expect(encode([0], .mu) == [0xff] && encode([0], .a) == [0xd5])
        [0xff, 0x7f, 0xff].withBytes { #expect(G711.isSilence($0, law: .mu) && !G711.isSilence($0, law: .a)) }
        [0xd5, 0x55].withBytes { #expect(G711.isSilence($0, law: .a) && !G711.isSilence($0, law: .mu)) }
        [0xff, 0xfe].withBytes { #expect(!G711.isSilence($0, law: .mu)) }
    }

    @Test func theShorterSideDecides() {
        var bytes: [UInt8] = [9, 9, 9]
        let written = [Int16](repeating: 0, count: 5).withUnsafeBufferPointer { pcm in
            bytes.withMutableBytes { room in G711.encode(pcm, law: .mu, into: room.slice(0, 2) ?? room) }
        }
        #expect(written == 2 && bytes == [0xff, 0xff, 9])
        var pcm: [Int16] = [1, 1, 1]
        let read = pcm.withUnsafeMutableBufferPointer { room in
            [UInt8](repeating: 0xff, count: 2).withBytes { G711.decode($0, law: .mu, into: room) }
        }
        #expect(read == 2 && pcm == [0, 0, 1])
        #expect(G711.encode(UnsafeBufferPointer(start: nil, count: 0), law: .a, into: MutableBytes(nil, count: 0)) == 0)
    }

    private func encode(_ samples: [Int16], _ law: G711.Law) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: samples.count)
        _ = samples.withUnsafeBufferPointer { pcm in codes.withMutableBytes { G711.encode(pcm, law: law, into: $0) } }
        return codes
    }

    private func decode(_ codes: [UInt8], _ law: G711.Law) -> [Int16] {
        var samples = [Int16](repeating: 0, count: codes.count)
        _ = samples.withUnsafeMutableBufferPointer { pcm in codes.withBytes { G711.decode($0, law: law, into: pcm) } }
        return samples
    }
}
