import Codecs
@testable import MediaCore
import Testing
import Wire

/// What is made up for packets that do not come, and when it is left.
@Suite struct AudioDecoderTests {
    @Test(arguments: [PlainCall.pcmu, PlainCall.opus])
    func whatIsMadeUpFadesAndComesBack(_ payload: PayloadPlan) throws {
        let ear = try Ear(payload)
        ear.hear(ear.word(10))
        #expect(ear.level > 500)
        ear.miss(1)
        #expect(ear.level > 100, "a gap is filled")
        ear.miss(100)
        #expect(ear.level == 0)
        ear.hear(ear.word(10))
        #expect(ear.level > 500)
        ear.miss(1)
        #expect(ear.level > 100, "and the next gap too")
    }

    /// A packet without audio is comfort noise as long as there is any.
    @Test func packetsWithoutAudioCarryOnWhatWasHeard() throws {
        let ear = try Ear(PlainCall.opus)
        let packets = ear.word(30)
        ear.hear(packets)
        ear.hear([[packets[0][0]]])
        #expect(ear.level > 50 && ear.count == 160)
        for _ in 0..<200 { ear.hear([[packets[0][0]]]) }
        #expect(ear.count == 160, "each has its length, even when nothing is left of it")
    }
}

private final class Ear {
    private let decoder: AudioDecoder
    private let pcm = PCMBuffer(capacity: 8000 * 360 / 1000)
    private let encoder: AudioEncoder
    /// Of the last frame.
    private(set) var level = 0
    private(set) var count = 0

    init(_ payload: PayloadPlan) throws {
        decoder = try #require(AudioDecoder(payload, sampleRate: 8000))
        encoder = try #require(AudioEncoder(payload, sampleRate: 8000, packetTime: 20))
    }

    func word(_ frames: Int) -> [[UInt8]] {
        (0..<frames).compactMap { frame in
            let samples = (0..<160).map { Int16(($0 + frame * 160) % 50 * 160 - 4000) }
            var room = [UInt8](repeating: 0, count: 1400)
            let payload = samples.withUnsafeBufferPointer { pcm in room.withMutableBytes { encoder.encode(pcm, thrift: .none, into: $0) } }
            return payload.map { Array(room.prefix($0.length)) }
        }
    }

    func hear(_ packets: [[UInt8]]) {
        for packet in packets {
            #expect(packet.withBytes { decoder.decode($0, into: pcm) })
            take()
        }
    }

    func miss(_ frames: Int) {
        for _ in 0..<frames {
            #expect(decoder.conceal(160, next: nil, into: pcm))
            take()
        }
    }

    private func take() {
        count = pcm.count
        level = pcm.front(count).map { AudioLevel.rms($0) } ?? 0
        pcm.removeAll()
    }
}
