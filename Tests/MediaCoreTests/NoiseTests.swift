import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// Comfort noise of a source (RFC 3389) on its way to a peer.
@Suite struct NoiseTests {
    private static let wideNoise = PayloadPlan(payloadType: 105, format: .comfortNoise, clockRate: 16000)

    /// Where audio goes on as it is, so does the noise of a peer that knows it: in its place on the line, under the peer's number.
    @Test func itIsPassedOnBesideAudioThatIs() {
        let call = PlainCall { $0.media[1].sendPayloads[1].payloadType = 19 }
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 13, payload: [60, 1, 2])
        call.run(milliseconds: 400)
        call.send(from: 0, 11, timestamp: 30 * 160)
        #expect(call.gaps(toward: 1).isEmpty && call.sent[1].count == 12)
        let noise = call.sent[1][10], first = call.sent[1][0].header
        #expect(noise.header.payloadType == 19 && noise.payload == [60, 1, 2] && noise.header.timestamp == first.timestamp &+ 1600)
        #expect(call.sent[1][11].header.timestamp == first.timestamp &+ 4800 && call.sent[1][11].header.payloadType == 0)
    }

    /// A pause of half a second, of which one packet tells: frames go on, as loud as it said, until the words do.
    @Test(arguments: [PlainCall.opus, PlainCall.pcma, WidebandTests.g722], [30, 45, 60] as [UInt8])
    func itIsHeardWhereAudioIsConverted(_ heard: PayloadPlan, _ level: UInt8) throws {
        let call = PlainCall([PlainCall.pcmu, heard])
        call.talk(from: 0, 0..<20)
        call.send(from: 0, 20, payloadType: 13, payload: [level])
        call.run(milliseconds: 500)
        let pause = call.sent[1].suffix(20)
        #expect(call.longestPause(toward: 1) <= 40 && call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        #expect(pause.allSatisfy { $0.header.payloadType == heard.payloadType })
        let expected = 32124 * (0..<level).reduce(1.0) { value, _ in value * 0.89125 }
        let measured = try self.level(call.sent[1].map(\.payload), heard, frames: 15)
        #expect(measured > expected * 0.6 && measured < expected * 1.4, "\(measured), not \(expected)")
        // The next words end it.
        for number in 21..<41 {
            call.send(from: 0, number, timestamp: (number + 25) * 160, payload: number < 31 ? PlainCall.sound : Self.silence)
            call.run(milliseconds: 20)
        }
        call.run(milliseconds: 40)
        let after = try self.level(call.sent[1].map(\.payload), heard, frames: 5)
        #expect(after < 20, "\(after): the noise of the pause is over when the peer speaks again")
        #expect(call.gaps(toward: 1).isEmpty && call.longestPause(toward: 1) <= 40)
        call.run(milliseconds: 1000)
        let count = call.sent[1].count
        call.run(milliseconds: 1000)
        #expect(call.sent[1].count == count, "and a source that stops is silent")
    }

    /// The level follows.
    @Test func itChangesAsTheSourceSays() throws {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 13, payload: [60])
        call.run(milliseconds: 400)
        let quiet = try level(call.sent[1].map(\.payload), PlainCall.pcma, frames: 10)
        call.send(from: 0, 11, timestamp: 30 * 160, payloadType: 13, payload: [30])
        call.run(milliseconds: 400)
        let loud = try level(call.sent[1].map(\.payload), PlainCall.pcma, frames: 10)
        #expect(loud > quiet * 10 && call.gaps(toward: 1).isEmpty)
    }

    /// A peer that knows no comfort noise hears it all the same, and after it what the source sends as it is.
    @Test func itIsMadeForAPeerWithoutIt() {
        let call = PlainCall { $0.media[1].sendPayloads.removeAll { $0.format == .comfortNoise } }
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 13, payload: [40])
        call.run(milliseconds: 400)
        #expect(call.longestPause(toward: 1) <= 40 && call.sent[1].suffix(5).allSatisfy { $0.header.payloadType == 0 })
        for number in 11..<40 {
            call.send(from: 0, number, timestamp: (number + 20) * 160)
            call.run(milliseconds: 20)
        }
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0 && call.longestPause(toward: 1) <= 40)
        #expect(call.sent[1].suffix(10).allSatisfy { $0.payload == PlainCall.sound })
    }

    /// It has the clock of its audio, whatever that is.
    @Test func itMayHaveAnyClock() throws {
        let call = PlainCall([WidebandTests.l16(16000), PlainCall.pcmu]) { $0.media[0].receivePayloads.append(Self.wideNoise) }
        for number in 0..<10 {
            call.send(from: 0, number, timestamp: number * 320, payloadType: 118, payload: [UInt8](repeating: 1, count: 640))
            call.run(milliseconds: 20)
        }
        call.send(from: 0, 10, timestamp: 3200, payloadType: 105, payload: [40])
        call.run(milliseconds: 400)
        #expect(try level(call.sent[1].map(\.payload), PlainCall.pcmu, frames: 10) > 150 && call.longestPause(toward: 1) <= 40)
    }

    @Test func anEmptyPacketIsNone() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<10)
        call.send(from: 0, 10, payloadType: 13, payload: [])
        call.run(milliseconds: 1000)
        let count = call.sent[1].count
        call.talk(from: 0, 11..<20)
        #expect(call.gaps(toward: 1).isEmpty && count < 20)
    }

    private static let silence = [UInt8](repeating: 0xff, count: 160)

    /// RMS of the last frames.
    private func level(_ payloads: [[UInt8]], _ format: PayloadPlan, frames: Int) throws -> Double {
        let opus = try OpusDecoder(sampleRate: 8000), g722 = try G722Decoder(sampleRate: 8000)
        var samples: [Int16] = []
        for payload in payloads {
            var pcm = [Int16](repeating: 0, count: 960)
            let count = payload.withBytes { bytes in
                pcm.withUnsafeMutableBufferPointer { room in
                    switch format.format {
                    case .opus: opus.decode(bytes, into: room)
                    case .g722: g722.decode(bytes, into: room)
                    case .pcma: G711.decode(bytes, law: .a, into: room)
                    default: G711.decode(bytes, law: .mu, into: room)
                    }
                }
            }
            samples += pcm.prefix(count ?? 0)
        }
        let last = samples.suffix(frames * 160).map(Double.init)
        return (last.map { $0 * $0 }.reduce(0, +) / Double(last.count)).squareRoot()
    }
}
