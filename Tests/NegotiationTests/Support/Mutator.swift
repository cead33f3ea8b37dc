import Wire

/// Damages inputs of a corpus in the ways that find parsers' faults; seeded, so that each run is the same.
struct Mutator {
    private var random: SplitMix64
    private let corpus: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
    }

    mutating func next() -> [UInt8] {
        var bytes = pick()
        for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes) }
        return bytes
    }

    private mutating func pick() -> [UInt8] { corpus.randomElement(using: &random) ?? [] }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes = pick() }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.remove(at: place)
        case 4: bytes.insert(Array("0123456789:/=\r\n amvco-.".utf8).randomElement(using: &random) ?? 0, at: place)
        case 5: bytes.replaceSubrange(place..., with: pick().suffix(Int.random(in: 0...200, using: &random)))
        default:
            let end = Int.random(in: place..<min(bytes.count, place + 40), using: &random)
            bytes.insert(contentsOf: bytes[place...end], at: place)
        }
    }
}
