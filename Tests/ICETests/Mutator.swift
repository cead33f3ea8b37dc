import Wire

/// Makes variants of a corpus: bit flips, truncations, splices of two inputs, insertions and noise.
struct Mutator {
    private var random: SplitMix64
    private let corpus: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
    }

    mutating func next() -> [UInt8] {
        var input = pick()
        for _ in 0...below(3) { mutate(&input) }
        return input
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        switch below(7) {
        case 0: if !input.isEmpty { input[below(input.count)] ^= 1 << UInt8(below(8)) }
        case 1: if !input.isEmpty { input[below(input.count)] = [0, 1, 4, 0x7f, 0x80, 0xff][below(6)] }
        case 2: input = Array(input.prefix(below(input.count + 1)))
        case 3: input.insert(contentsOf: (0..<4 * below(4)).map { UInt8(truncatingIfNeeded: 37 &* $0) }, at: below(input.count + 1) & ~3)
        case 4:
            let other = pick()
            input = input.prefix(below(input.count + 1) & ~3) + other.suffix(below(other.count + 1) & ~3)
        case 5: if input.count >= 4 { repairLength(&input) }
        default:
            guard below(8) == 0 else { return repairLength(&input) }
            input = (0..<below(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
    }

    /// Gives the STUN header the length that the datagram has, so that the mutation gets past it.
    private func repairLength(_ input: inout [UInt8]) {
        guard input.count >= 20 else { return }
        input[2] = UInt8(truncatingIfNeeded: (input.count - 20) >> 8)
        input[3] = UInt8(truncatingIfNeeded: input.count - 20)
    }

    private mutating func pick() -> [UInt8] { corpus[below(corpus.count)] }

    private mutating func below(_ limit: Int) -> Int { limit <= 0 ? 0 : Int(random.next() % UInt64(limit)) }
}
