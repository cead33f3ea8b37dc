import Codecs
import Wire

/// PCM of the bridge's sampling rate turned into one payload format.
final class AudioEncoder {
    private enum Codec {
        case g711(G711.Law)
        case opus(OpusEncoder)
    }
    private let codec: Codec
    private let usesFEC: Bool
    private var reportedLoss = 0

    /// What an Opus frame costs and sounds like: complexity 1 without FEC on a clean path, 2 with it, since libopus
    /// puts no FEC data into a frame below that (measured; see ARCHITECTURE.md).
    private static let cleanComplexity = 1
    private static let lossyComplexity = 2
    private static let defaultBitrate = 24000

    /// - Parameters:
    ///   - sampleRate: of the PCM [Hz].
    ///   - packetTime: [ms]
    init?(_ payload: PayloadPlan, sampleRate: Int, packetTime: Int) {
        usesFEC = payload.opus.useInbandFEC
        switch payload.format {
        case .pcmu where sampleRate == 8000: codec = .g711(.mu)
        case .pcma where sampleRate == 8000: codec = .g711(.a)
        case .opus:
            var configuration = OpusEncoder.Configuration()
            configuration.sampleRate = sampleRate
            configuration.bitrate = min(payload.opus.maxAverageBitrate ?? Self.defaultBitrate, 64000)
            configuration.complexity = Self.cleanComplexity
            configuration.maxPlaybackRate = payload.opus.maxPlaybackRate
            configuration.dtx = payload.opus.useDTX
            configuration.constantBitrate = payload.opus.constantBitrate
            configuration.packetTime = packetTime
            guard let encoder = try? OpusEncoder(configuration) else { return nil }
            codec = .opus(encoder)
        default: return nil
        }
    }

    /// Encodes one packet's worth of samples; its length in bytes, or `nil` when it could not be encoded.
    func encode(_ samples: UnsafeBufferPointer<Int16>, into room: MutableBytes) -> Int? {
        switch codec {
        case .g711(let law):
            return G711.encode(samples, law: law, into: room)
        case .opus(let encoder):
            return encoder.encode(samples, into: room)
        }
    }

    /// Adapts to the loss that the peer reports (RFC 3550 section 6.4.1), where its fmtp allows in-band FEC.
    /// FEC takes its bits from the speech, so it is on only while there is loss to mend.
    /// - Parameter percent: 0 to 100.
    func peerReportedLoss(percent: Int) {
        guard usesFEC, case .opus(let encoder) = codec, percent != reportedLoss else { return }
        reportedLoss = percent
        encoder.update(
            complexity: percent > 0 ? Self.lossyComplexity : Self.cleanComplexity, inbandFEC: percent > 0, expectedLossPercent: percent)
    }
}
