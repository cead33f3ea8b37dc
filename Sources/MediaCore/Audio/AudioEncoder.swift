import Codecs
import Wire

/// PCM of the bridge's sampling rate turned into one payload format.
final class AudioEncoder {
    private enum Codec {
        case g711(G711.Law)
        case g722(G722Encoder)
        case l16(LinearEncoder)
        case opus(OpusEncoder)
    }

    /// One packet's worth, encoded.
    struct Payload {
        /// [bytes]
        var length: Int
        /// The processors were busy, and it sounds a little worse for it.
        var isThrifty = false
        /// It is digital silence that no encoder was needed for.
        var isPrepared = false
    }

    private let codec: Codec
    private let usesFEC: Bool
    /// Digital silence may be sent from a prepared packet: not where the peer wants to be sent nothing or wants each
    /// packet as long as the next.
    private let preparesSilence: Bool
    private let packetTime: Int
    /// What the plan demands instead of our choice, 0 to 10.
    private let wantedComplexity: Int?
    private var reportedLoss = 0
    private var thrift = EncodingThrift.none
    private var isThrifty = false
    /// Frames of digital silence in a row.
    private var silentFrames = 0

    private static let defaultBitrate = 24000
    /// The first silent frames are encoded: what the encoder looked ahead at is in them, and its own fading.
    private static let encodedSilence = 2

    /// - Parameters:
    ///   - sampleRate: of the PCM [Hz].
    ///   - packetTime: [ms]
    init?(_ payload: PayloadPlan, sampleRate: Int, packetTime: Int) {
        usesFEC = payload.opus.useInbandFEC
        preparesSilence = !payload.opus.useDTX && !payload.opus.constantBitrate
        self.packetTime = packetTime
        wantedComplexity = payload.opus.complexity.map { min(max($0, 0), 10) }
        switch payload.format {
        case .pcmu where sampleRate == 8000: codec = .g711(.mu)
        case .pcma where sampleRate == 8000: codec = .g711(.a)
        case .g722:
            guard let encoder = try? G722Encoder(sampleRate: sampleRate) else { return nil }
            codec = .g722(encoder)
        case .l16:
            guard let encoder = LinearEncoder(payload, sampleRate: sampleRate, packetTime: packetTime) else { return nil }
            codec = .l16(encoder)
        case .opus:
            var configuration = OpusEncoder.Configuration()
            configuration.sampleRate = sampleRate
            configuration.bitrate = min(payload.opus.maxAverageBitrate ?? Self.defaultBitrate, 64000)
            configuration.complexity = wantedComplexity
                ?? OpusEffort(loss: 0, bitrate: configuration.bitrate, thrift: .none).complexity
            configuration.expectedLossPercent = OpusEffort.expectedLoss
            configuration.maxPlaybackRate = payload.opus.maxPlaybackRate
            configuration.dtx = payload.opus.useDTX
            configuration.constantBitrate = payload.opus.constantBitrate
            configuration.packetTime = packetTime
            guard let encoder = try? OpusEncoder(configuration) else { return nil }
            codec = .opus(encoder)
        default: return nil
        }
    }

    /// Encodes one packet's worth of samples; `nil` when they could not be encoded.
    /// - Parameter thrift: how much of the quality the processors can spare just now.
    func encode(_ samples: UnsafeBufferPointer<Int16>, thrift: EncodingThrift, into room: MutableBytes) -> Payload? {
        switch codec {
        case .g711(let law):
            return Payload(length: G711.encode(samples, law: law, into: room))
        case .g722(let encoder):
            return encoder.encode(samples, into: room).map { Payload(length: $0) }
        case .l16(let encoder):
            return encoder.encode(samples, into: room).map { Payload(length: $0) }
        case .opus(let encoder):
            if preparesSilence, isLongSilence(samples), let length = SilenceFrame.writeOpus(packetTime: packetTime, to: room) {
                return Payload(length: length, isPrepared: true)
            }
            if thrift != self.thrift {
                self.thrift = thrift
                adapt(encoder)
            }
            return encoder.encode(samples, into: room).map { Payload(length: $0, isThrifty: isThrifty) }
        }
    }

    /// Whether a frame needs no encoder. It goes on from where it stopped when sound comes back, which is silence as well:
    /// beginning anew would forget the voice and costs 0.02 of PESQ.
    private func isLongSilence(_ samples: UnsafeBufferPointer<Int16>) -> Bool {
        silentFrames = AudioLevel.isSilent(samples) ? min(silentFrames + 1, Self.encodedSilence + 1) : 0
        return silentFrames > Self.encodedSilence
    }

    /// Adapts to the loss that the peer reports (RFC 3550 section 6.4.1), where its fmtp allows in-band FEC.
    /// - Parameter percent: 0 to 100.
    func peerReportedLoss(percent: Int) {
        guard usesFEC, case .opus(let encoder) = codec, percent != reportedLoss else { return }
        reportedLoss = percent
        adapt(encoder)
    }

    private func adapt(_ encoder: OpusEncoder) {
        let bitrate = encoder.configuration.bitrate
        let effort = OpusEffort(loss: reportedLoss, bitrate: bitrate, thrift: thrift)
        isThrifty = effort != OpusEffort(loss: reportedLoss, bitrate: bitrate, thrift: .none)
        let complexity = thrift == .none ? wantedComplexity ?? effort.complexity : effort.complexity
        encoder.update(complexity: complexity, mode: effort.mode, inbandFEC: effort.usesFEC)
    }
}

/// What an Opus frame costs and sounds like, chosen from the curve in `perf/opus-curve.md` (libopus 1.3.1, 8 kHz).
struct OpusEffort: Equatable {
    /// 0 on a clean path: at 20 kbit/s 26 us a frame for a PESQ of 4.19, where 5 costs 56 and 10 costs 97 for 4.23.
    let complexity: Int
    /// CELT when nothing else is left to spare: 10 us for 3.28.
    let mode: OpusEncoder.Mode
    let usesFEC: Bool

    /// What FEC is made for [%], whatever the loss: expecting more makes it larger at the expense of the speech, and sounds worse
    /// even where that much is lost (20 kbit/s and 5 % lost: 3.79 for 1 % expected, 3.73 for 5 %, 3.63 for 10 %, 3.07 without FEC).
    static let expectedLoss = 1
    /// Below this libopus has no bits for FEC [bit/s].
    private static let leastWithFEC = 20000
    /// Below this libopus makes FEC from complexity 2 on only, which costs as much again as the speech [bit/s].
    private static let leastWithCheapFEC = 24000
    /// Less loss than this is left to concealment while the processors are busy [%].
    private static let bearableLoss = 3

    /// - Parameters:
    ///   - loss: as the peer reports it, 0 to 100 [%]; 0 where it has no use for FEC.
    ///   - bitrate: of the encoder [bit/s].
    init(loss: Int, bitrate: Int, thrift: EncodingThrift) {
        let isCheap = bitrate >= Self.leastWithCheapFEC
        let isWorthIt = switch thrift {
        case .none: loss > 0
        case .lower: loss > 0 && isCheap || loss >= Self.bearableLoss
        case .lowest: false
        }
        usesFEC = isWorthIt && bitrate >= Self.leastWithFEC
        complexity = usesFEC && !isCheap ? 2 : 0
        mode = thrift == .lowest ? .celt : .automatic
    }
}
