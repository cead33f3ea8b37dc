import Codecs
import MediaCore
import Wire

/// Opus toward Meta as `MediaCore` sets it where G.711 is on the other side and no loss is reported.
enum OpusSettings {
    /// 8 kHz, VOIP, without FEC, as by default; Meta's own bit rate.
    static let encoder = OpusEncoder.Configuration(bitrate: 20_000, complexity: OpusParameters.cleanComplexity(bitrate: 20_000))
    /// [Hz]
    static var decoderRate: Int { encoder.sampleRate }
}

/// Speech through one encoder, over and over.
final class SpeechEncoder {
    private let encoder: OpusEncoder
    private let frames: [[Int16]]
    private let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
    private var index = 0
    /// Of the last packet [bytes].
    private(set) var length = 0

    init(_ configuration: OpusEncoder.Configuration, speech: Speech = .synthetic, offset: Int = 0) throws {
        encoder = try OpusEncoder(configuration)
        frames = speech.frames(400, offset: offset)
    }

    deinit { room.base?.deallocate() }

    @discardableResult
    func encode() -> Bytes? {
        index = (index + 1) % frames.count
        length = frames[index].withUnsafeBufferPointer { encoder.encode($0, into: room) } ?? 0
        return room.bytes.slice(0, length)
    }
}

/// The packets of such an encoder through one decoder.
final class SpeechDecoder {
    private let decoder: OpusDecoder
    private let packets: [[UInt8]]
    private let pcm = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 960)
    private var index = 0

    init(speech: Speech = .synthetic, offset: Int = 0) throws {
        decoder = try OpusDecoder(sampleRate: OpusSettings.decoderRate)
        let encoder = try SpeechEncoder(OpusSettings.encoder, speech: speech, offset: offset)
        packets = (0..<400).compactMap { _ in encoder.encode()?.array }
    }

    deinit { pcm.deallocate() }

    @discardableResult
    func decode() -> UnsafeBufferPointer<Int16>? {
        index = (index + 1) % packets.count
        let count = packets[index].withBytes { decoder.decode($0, into: pcm) }
        return count.map { UnsafeBufferPointer(rebasing: pcm[..<$0]) }
    }
}
