import Codecs
import Wire

/// What a simulated peer speaks.
public enum SimulatedCodec: Sendable, Equatable {
    case opus, pcmu, pcma

    var clockRate: Int { self == .opus ? 48000 : 8000 }
    /// 107 is Asterisk's for Opus; the others are those of RFC 3551.
    var usualPayloadType: UInt8 {
        switch self {
        case .opus: 107
        case .pcmu: 0
        case .pcma: 8
        }
    }
    var name: String {
        switch self {
        case .opus: "opus/48000/2"
        case .pcmu: "PCMU/8000"
        case .pcma: "PCMA/8000"
        }
    }
}

/// One frame of PCM to one payload.
struct FrameEncoder {
    private let codec: SimulatedCodec
    private let opus: OpusEncoder?

    init?(_ codec: SimulatedCodec, sampleRate: Int, packetTime: Int) {
        self.codec = codec
        opus = codec == .opus ? try? OpusEncoder(.init(sampleRate: sampleRate, bitrate: 24000, complexity: 5, packetTime: packetTime)) : nil
        if codec == .opus, opus == nil { return nil }
        if codec != .opus, sampleRate != 8000 { return nil }
    }

    func encode(_ frame: [Int16]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1400)
        let length = frame.withUnsafeBufferPointer { samples in
            bytes.withMutableBytes { room -> Int? in
                switch codec {
                case .opus: opus?.encode(samples, into: room)
                case .pcmu: G711.encode(samples, law: .mu, into: room)
                case .pcma: G711.encode(samples, law: .a, into: room)
                }
            }
        }
        return length.map { Array(bytes.prefix($0)) }
    }
}

/// One payload to PCM.
struct FrameDecoder {
    private let codec: SimulatedCodec
    private let sampleRate: Int
    private let opus: OpusDecoder?

    init?(_ codec: SimulatedCodec, sampleRate: Int) {
        self.codec = codec
        self.sampleRate = sampleRate
        opus = codec == .opus ? try? OpusDecoder(sampleRate: sampleRate, channels: 1) : nil
        if codec == .opus ? opus == nil : sampleRate != 8000 { return nil }
    }

    func decode(_ payload: Bytes) -> [Int16]? {
        let capacity = codec == .opus ? sampleRate * 120 / 1000 : payload.count
        var samples = [Int16](repeating: 0, count: capacity)
        let count = samples.withUnsafeMutableBufferPointer { room -> Int? in
            switch codec {
            case .opus: opus?.decode(payload, into: room)
            case .pcmu: G711.decode(payload, law: .mu, into: room)
            case .pcma: G711.decode(payload, law: .a, into: room)
            }
        }
        return count.map { Array(samples.prefix($0)) }
    }
}
