import Wire

/// Makes broken packets out of good ones, the same ones for the same seed.
struct Mutator {
    private var random: SplitMix64
    private let corpus: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
    }

    /// A packet of the corpus with one to four faults in it; now and then only noise.
    mutating func next() -> [UInt8] {
        if number(below: 16) == 0 { return noise(number(below: 80)) }
        var packet = pick()
        for _ in 0...number(below: 4) { mutate(&packet) }
        return packet
    }

    private mutating func mutate(_ packet: inout [UInt8]) {
        guard !packet.isEmpty else {
            packet = pick()
            return
        }
        let place = number(below: packet.count)
        switch number(below: 7) {
        case 0: packet[place] ^= 1 << UInt8(number(below: 8))
        case 1: packet[place] = [0, 1, 0x7f, 0x80, 0xff][number(below: 5)]
        case 2: packet.removeSubrange(place...)
        case 3: packet.remove(at: place)
        case 4: packet.insert(contentsOf: noise(1 + number(below: 8)), at: place)
        case 5: packet = Array(packet[..<place]) + pick().suffix(number(below: 40))
        default: packet += pick()
        }
    }

    private mutating func pick() -> [UInt8] { corpus[number(below: corpus.count)] }
    private mutating func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
    private mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
}
