import Codecs
import Foundation
@testable import MediaCore
import RTP
import Testing
import Wire

/// G.722 and L16 between two peers: heard as loud and at the pitch as they were spoken, on RTP clocks of their own.
@Suite struct WidebandTests {
    static let g722 = PayloadPlan(payloadType: 9, format: .g722, clockRate: 8000)
    static func l16(_ clockRate: Int, channels: Int = 1) -> PayloadPlan {
        PayloadPlan(payloadType: 118, format: .l16, clockRate: clockRate, channels: channels)
    }

    static let codecs = [
        PlainCall.pcmu, PlainCall.opus, g722, l16(8000), l16(12000), l16(16000), l16(24000), l16(48000), l16(16000, channels: 2),
    ]

    @Test(arguments: codecs, codecs)
    func aToneIsHeardOnTheOtherSide(_ spoken: PayloadPlan, _ heard: PayloadPlan) throws {
        let call = PlainCall([spoken, heard])
        let packetTime = spoken.packetTime(upTo: 20)
        let voice = try Voice(spoken, packetTime: packetTime)
        for number in 0..<(2000 / packetTime) {
            let ticks = number * packetTime * spoken.clockRate / 1000
            call.send(from: 0, number, timestamp: ticks, payloadType: spoken.payloadType, payload: voice.packet())
            call.run(milliseconds: packetTime)
        }
        #expect(call.gaps(toward: 1).isEmpty)
        let sent = call.sent[1]
        let out = heard.packetTime(upTo: 20)
        #expect(sent.count > 1800 / out, "\(sent.count)")
        let steps = zip(sent, sent.dropFirst()).map { $1.header.timestamp &- $0.header.timestamp }
        #expect(steps.dropFirst(10).allSatisfy { $0 == UInt32(out * heard.clockRate / 1000) }, "\(Set(steps))")
        let audio = try Ear(heard).hear(sent.map(\.payload)).dropFirst(8000).prefix(6000)
        let level = audio.map { Double($0) * Double($0) }.reduce(0, +) / Double(audio.count)
        #expect(abs(level.squareRoot() / (8000 / 2.squareRoot()) - 1) < 0.25, "\(level.squareRoot())")
        let crossings = zip(audio, audio.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
        #expect(abs(crossings - 600 * 6000 / 8000) <= 4, "\(crossings)")
    }

    /// Nothing is lost of the upper band between codecs that have it.
    @Test(arguments: [(PlainCall.opus, g722), (g722, l16(16000)), (l16(16000), PlainCall.opus), (l16(48000), g722)])
    func theUpperBandIsKept(_ spoken: PayloadPlan, _ heard: PayloadPlan) throws {
        let router = PayloadRouter(from: [spoken], to: [heard])
        #expect(AudioFormats(router, packetTime: 20)?.sampleRate == 16000)
    }

    @Test(arguments: [(g722, PlainCall.pcmu), (l16(12000), g722), (PlainCall.pcma, l16(48000))])
    func theLowerRateDecides(_ spoken: PayloadPlan, _ heard: PayloadPlan) throws {
        let router = PayloadRouter(from: [spoken], to: [heard])
        #expect(AudioFormats(router, packetTime: 20)?.sampleRate == 8000)
    }

    @Test func whatIsNotKnownOfIsNotConverted() {
        for odd in [Self.l16(44100), Self.l16(16000, channels: 3)] {
            #expect(AudioDecoder(odd, sampleRate: 8000) == nil && AudioEncoder(odd, sampleRate: 8000, packetTime: 20) == nil)
        }
        #expect(AudioDecoder(Self.g722, sampleRate: 12000) == nil)
        // The same encoding with other channels is another format.
        var router = PayloadRouter(from: [Self.l16(16000, channels: 2)], to: [Self.l16(16000)])
        #expect(router.route(118) == .transcode)
        router = PayloadRouter(from: [Self.l16(16000)], to: [Self.l16(16000)])
        #expect(router.route(118) == .forward(118))
    }

    /// L16 at 48000 has 960 bytes in 10 ms.
    @Test func packetsFitInADatagram() {
        let lengths = [
            (Self.l16(48000), 10), (Self.l16(24000), 20), (Self.l16(16000), 40), (Self.l16(16000, channels: 2), 20), (Self.g722, 60),
        ]
        for (payload, expected) in lengths {
            let plan = MediaPlan(participant: 0, sendPayloads: [payload], packetTime: 60, ssrc: 1, cname: "")
            #expect(plan.audioPacketTime == expected)
        }
    }

    /// Presence and `silence media` know what their silence looks like.
    @Test(arguments: [g722, l16(16000), l16(48000), l16(24000, channels: 2)])
    func silenceIsSilent(_ payload: PayloadPlan) throws {
        var room = [UInt8](repeating: 1, count: SilenceFrame.maximumLength)
        let written = room.withMutableBytes { SilenceFrame.write(payload, packetTime: 20, to: $0) }
        let length = try #require(written)
        let voice = try Voice(payload, packetTime: payload.packetTime(upTo: 20))
        #expect(voice.packet().count == length)
        let frame = Array(room.prefix(length))
        #expect(try Ear(payload).hear([[UInt8]](repeating: frame, count: 50)).suffix(2000).allSatisfy { abs(Int($0)) < 60 })
        let replaced = frame.withBytes { payloadBytes in
            room.withMutableBytes { SilenceFrame.write(payload.format, inPlaceOf: payloadBytes, to: $0) }
        }
        #expect(replaced == length)
    }

    /// A lost packet is made up for, at the bridge's own rate.
    @Test(arguments: [g722, l16(16000), l16(48000)])
    func aLostPacketIsMadeUpFor(_ payload: PayloadPlan) throws {
        let packetTime = payload.packetTime(upTo: 20)
        let voice = try Voice(payload, packetTime: packetTime)
        let decoder = try #require(AudioDecoder(payload, sampleRate: 16000))
        let pcm = PCMBuffer(capacity: 16000)
        for _ in 0..<10 { #expect(voice.packet().withBytes { decoder.decode($0, into: pcm) }) }
        pcm.removeAll()
        #expect(decoder.conceal(320, next: nil, into: pcm))
        #expect(AudioLevel.rms(try #require(pcm.front(320))) > 3000)
        for _ in 0..<10 { _ = decoder.conceal(320, next: nil, into: pcm) }
        pcm.removeAll()
        _ = decoder.conceal(320, next: nil, into: pcm)
        #expect(AudioLevel.rms(try #require(pcm.front(320))) == 0)
    }

    /// Digits in the audio of a peer without events are heard in G.722 as well.
    @Test func tonesAreHeardInIt() throws {
        let listener = try #require(ToneListener([Self.g722]))
        var generator = ToneGenerator(try #require(DTMFDigit(code: 5)))
        let encoder = try #require(AudioEncoder(Self.g722, sampleRate: 8000, packetTime: 20))
        var codes: [UInt8] = []
        for number in 0..<10 {
            var frame = [Int16](repeating: 0, count: 160)
            if number < 5 { frame.withUnsafeMutableBufferPointer { generator.generate(into: $0) } }
            var bytes = [UInt8](repeating: 0, count: 200)
            let length = frame.withUnsafeBufferPointer { pcm in
                bytes.withMutableBytes { encoder.encode(pcm, thrift: .none, into: $0)?.length }
            }
            let now = MonotonicInstant(nanoseconds: Int64(number) * 20_000_000)
            let update = bytes.prefix(length ?? 0).withUnsafeBytes { listener.listen(to: Bytes($0), payloadType: 9, at: now) }
            if let ended = update?.ended { codes.append(ended.code) }
        }
        #expect(codes == [5])
    }
}

/// A tone of 600 Hz in one format.
private final class Voice {
    private let encoder: AudioEncoder
    private let packetTime: Int
    private let sampleRate: Int
    private var position = 0

    init(_ payload: PayloadPlan, packetTime: Int) throws {
        self.packetTime = packetTime
        sampleRate = [.pcmu, .pcma].contains(payload.format) ? 8000 : 16000
        encoder = try #require(AudioEncoder(payload, sampleRate: sampleRate, packetTime: packetTime))
    }

    func packet() -> [UInt8] {
        let samples = (0..<sampleRate / 1000 * packetTime).map { index in
            Int16(8000 * sin(2 * .pi * 600 * Double(position + index) / Double(sampleRate)))
        }
        position += samples.count
        var bytes = [UInt8](repeating: 0, count: 4000)
        let length = samples.withUnsafeBufferPointer { pcm in
            bytes.withMutableBytes { encoder.encode(pcm, thrift: .none, into: $0)?.length }
        }
        return Array(bytes.prefix(length ?? 0))
    }
}

/// Hears a format at 8 kHz.
private final class Ear {
    private let decoder: AudioDecoder

    init(_ payload: PayloadPlan) throws { decoder = try #require(AudioDecoder(payload, sampleRate: 8000)) }

    func hear(_ packets: [[UInt8]]) -> [Int16] {
        let pcm = PCMBuffer(capacity: 8000)
        var samples: [Int16] = []
        for packet in packets {
            _ = packet.withBytes { decoder.decode($0, into: pcm) }
            samples += pcm.front(pcm.count).map(Array.init) ?? []
            pcm.removeAll()
        }
        return samples
    }
}
