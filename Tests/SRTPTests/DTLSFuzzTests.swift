import SRTP
import Testing
import Wire

/// Mutated handshakes: no trap, no keys without the right certificate, no state that nothing leads out of.
@Suite struct DTLSFuzzTests {
    /// Datagrams of a foreign handshake, mutated, at ends that expect another one.
    @Test(arguments: [true, false], 0..<4)
    func mutantsOfARecordedHandshake(isClient: Bool, part: Int) throws {
        var mutator = DTLSMutator(seed: UInt64(6_347 + part * 2 + (isClient ? 1 : 0)))
        var time = VirtualTime()
        for _ in 0..<60 {
            let endpoint = try DTLSEndpoint(
                certificate: DTLSFixtures.one, isClient: isClient, remoteFingerprint: DTLSFixtures.other.fingerprint(.sha256))
            endpoint.start(at: time.now)
            for _ in 0..<8 {
                endpoint.receive(mutator.mutate(DTLSCorpus.all), at: time.now)
                #expect(isConsistent(endpoint, at: time.now))
                #expect(endpoint.drainAll().count <= 32)
                time.advance(by: .milliseconds(7))
                if endpoint.nextDeadline <= time.now { endpoint.handleDeadline(at: time.now) }
            }
            #expect(endpoint.keys == nil)
        }
    }

    /// One datagram of a living handshake is replaced by a mutant: it ends in agreed keys on both sides or in none that differ.
    @Test(arguments: 0..<4)
    func mutantsInALivingHandshake(part: Int) throws {
        var mutator = DTLSMutator(seed: UInt64(5_764 + part))
        for round in 0..<40 {
            let pair = try DTLSPair()
            let victim = round % 4
            pair.tamper = { sent in
                guard sent.number == victim / 2, sent.isFromClient == (victim % 2 == 0) else { return sent.bytes }
                return mutator.mutate([sent.bytes] + DTLSCorpus.all)
            }
            pair.run(for: .seconds(30))
            #expect(isConsistent(pair.client, at: pair.time.now) && isConsistent(pair.server, at: pair.time.now))
            if pair.isEstablished { #expect(pair.keysAgree) }
        }
    }

    /// An association that is up takes no harm from what strangers send.
    @Test func mutantsAtEstablishedEnds() throws {
        var mutator = DTLSMutator(seed: 5_763)
        let pair = try DTLSPair()
        pair.run()
        let seeds = pair.sent.map(\.bytes) + DTLSCorpus.all
        for _ in 0..<3000 {
            let mutant = mutator.mutate(seeds)
            pair.client.receive(mutant, at: pair.time.now)
            pair.server.receive(mutant, at: pair.time.now)
        }
        #expect(pair.isEstablished)
        #expect(pair.keysAgree)
    }

    @Test func mutantsOfFingerprints() throws {
        var random = SplitMix64(seed: 8_122)
        let seeds = DTLSFingerprint.Hash.allCases.map { Array(DTLSFixtures.one.fingerprint($0).description.utf8) }
        var accepted = 0
        for _ in 0..<4000 {
            var text = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 0..<3, using: &random) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[place] = .random(in: 0...255, using: &random)
                case 1: text.removeSubrange(place...)
                case 2: text.insert(.random(in: 0x20...0x7e, using: &random), at: place)
                default: text.remove(at: place)
                }
            }
            guard let fingerprint = DTLSFingerprint(parsing: Substring(decoding: text, as: UTF8.self)) else { continue }
            accepted += 1
            #expect(fingerprint.bytes.count == fingerprint.hash.length)
            #expect(DTLSFingerprint(parsing: Substring(fingerprint.description)) == fingerprint)
        }
        #expect(accepted > 1000)
    }

    /// Keys exactly while established, and a deadline only while there is something to wait for, a second away at most.
    private func isConsistent(_ endpoint: DTLSEndpoint, at now: MonotonicInstant) -> Bool {
        guard (endpoint.keys != nil) == (endpoint.state == .established) else { return false }
        if endpoint.state == .handshaking { return endpoint.nextDeadline == .distantFuture || endpoint.nextDeadline <= now + .seconds(1) }
        return endpoint.nextDeadline == .distantFuture
    }
}

/// Makes datagrams that are nearly right: most keep the record header, so that they are looked into.
struct DTLSMutator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func mutate(_ seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds[number(below: seeds.count)]
        for _ in 0...number(below: 3) where !bytes.isEmpty {
            let place = number(below: bytes.count)
            switch number(below: 7) {
            case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
            case 1: bytes[place] = UInt8(number(below: 256))
            case 2: bytes.removeLast(bytes.count - place)
            case 3: bytes.insert(UInt8(number(below: 256)), at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 8)))
            case 5: splice(&bytes, seeds[number(below: seeds.count)])
            // The handshake header: type, length, number and fragment of the first message.
            default: if bytes.count > 25 { bytes[13 + number(below: 12)] = UInt8(number(below: 4) == 0 ? 255 : number(below: 24)) }
            }
        }
        if number(below: 4) > 0 { mendLength(&bytes) }
        return bytes
    }

    /// The head of one datagram and the tail of another.
    private mutating func splice(_ bytes: inout [UInt8], _ other: [UInt8]) {
        guard !other.isEmpty else { return }
        bytes = Array(bytes.prefix(number(below: bytes.count + 1))) + other.suffix(number(below: other.count))
    }

    /// Makes the first record as long as what is there, so that the mutation gets past the record layer.
    private mutating func mendLength(_ bytes: inout [UInt8]) {
        guard bytes.count > 13 else { return }
        let claimed = Int(bytes[11]) << 8 | Int(bytes[12])
        guard claimed > bytes.count - 13 else { return }
        bytes[11] = UInt8(truncatingIfNeeded: (bytes.count - 13) >> 8)
        bytes[12] = UInt8(truncatingIfNeeded: bytes.count - 13)
    }

    private mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
}
