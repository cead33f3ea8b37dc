import Wire

/// Damages the inputs of a corpus in the ways that find parsers' faults; seeded, so that each run is the same.
public struct Mutator {
    private var random: SplitMix64
    private let corpus: [[UInt8]]
    private let alphabet: [UInt8]
    private let repair: (inout [UInt8]) -> Void

    /// - Parameters:
    ///   - alphabet: bytes that mean something to the parser; they are put in at random.
    ///   - repair: makes a damaged input pass the parser's first check now and then, so that the damage gets past it.
    public init(
        seed: UInt64, corpus: [[UInt8]], alphabet: [UInt8] = [0, 1, 4, 0x7f, 0x80, 0xff],
        repair: @escaping (inout [UInt8]) -> Void = { _ in }
    ) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
        self.alphabet = alphabet
        self.repair = repair
    }

    /// An input of the corpus with one to four faults in it; now and then only noise.
    public mutating func next() -> [UInt8] {
        if number(below: 16) == 0 { return noise(number(below: 80)) }
        var bytes = pick()
        for _ in 0...number(below: 4) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = pick()
            return
        }
        let place = number(below: bytes.count)
        switch number(below: 10) {
        case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[place] = alphabet[number(below: alphabet.count)]
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.remove(at: place)
        case 5: bytes.insert(alphabet[number(below: alphabet.count)], at: place)
        case 6: bytes.insert(contentsOf: noise(4 * (1 + number(below: 3))), at: place & ~3)
        case 7: bytes.replaceSubrange(place..., with: pick().suffix(number(below: 200)))
        case 8: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + number(below: 40))], at: place)
        default: repair(&bytes)
        }
    }

    private mutating func pick() -> [UInt8] { corpus.isEmpty ? [] : corpus[number(below: corpus.count)] }
    private mutating func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    private mutating func number(below limit: Int) -> Int { limit <= 0 ? 0 : Int(random.next() % UInt64(limit)) }
}
