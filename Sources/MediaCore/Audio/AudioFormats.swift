import Codecs
import Wire

/// What a bridge decodes from and encodes to, at one sampling rate.
struct AudioFormats {
    /// What comes out.
    let encoding: PayloadPlan
    /// The length of a frame [ms].
    let packetTime: Int
    /// Of the PCM [Hz].
    let sampleRate: Int
    /// Those of formats that are not received any more stay, for the packets of them that are kept.
    let decoders: [AudioDecoder]
    let encoder: AudioEncoder
    /// The decoders of what is received now.
    private let received: [Int]

    /// Nobody negotiates as many formats in one call.
    private static let maximumDecoders = 64

    /// `nil` when a format is not one that can be transcoded.
    /// - Parameter former: packets in its formats are still to be decoded, by decoders of the same index.
    init?(_ router: PayloadRouter, packetTime: Int, after former: AudioFormats? = nil) {
        guard let encoding = router.encoding, !router.formats.isEmpty else { return nil }
        var payloads = former?.decoders.map(\.payload) ?? []
        var received: [Int] = []
        for format in router.formats {
            if !payloads.contains(format) { payloads.append(format) }
            received.append(payloads.firstIndex(of: format) ?? 0)
        }
        let sampleRate = Self.sampleRate(payloads + [encoding])
        let isSameRate = former?.sampleRate == sampleRate
        var decoders = isSameRate ? former?.decoders ?? [] : []
        decoders += payloads.dropFirst(decoders.count).compactMap { AudioDecoder($0, sampleRate: sampleRate) }
        let isSameOutput = isSameRate && former?.encoding == encoding && former?.packetTime == packetTime
        guard decoders.count == payloads.count, decoders.count <= Self.maximumDecoders,
              let encoder = isSameOutput ? former?.encoder : AudioEncoder(encoding, sampleRate: sampleRate, packetTime: packetTime) else {
            return nil
        }
        self.encoding = encoding
        self.packetTime = packetTime
        self.sampleRate = sampleRate
        self.decoders = decoders
        self.encoder = encoder
        self.received = received
    }

    /// [samples]
    var frameSamples: Int { sampleRate * packetTime / 1000 }

    var receivesFEC: Bool { received.contains { decoders[$0].payload.format == .opus && decoders[$0].payload.opus.useInbandFEC } }

    /// Formats that are not received any more have a part in the sampling rate.
    var keepsFormer: Bool { decoders.count > received.count }

    /// The index of a payload type's decoder.
    func index(of payloadType: UInt8) -> Int? { received.first { decoders[$0].payload.payloadType == payloadType } }

    /// The least that any of them has. 8 kHz wherever G.711 takes part, which needs no resampler: Opus and G.722 work at that rate by
    /// themselves. Only L16 at another rate is resampled.
    private static func sampleRate(_ payloads: [PayloadPlan]) -> Int {
        let wanted = payloads.map(\.sampleRate).min() ?? 48000
        let rate = OpusPacket.sampleRates.first { $0 >= wanted } ?? 48000
        let isLimited = rate < 16000 && payloads.contains { $0.format == .g722 }
        return isLimited ? 8000 : rate
    }
}

extension PayloadPlan {
    /// What the audio is worth sampling at [Hz].
    fileprivate var sampleRate: Int {
        switch format {
        case .opus: opus.maxPlaybackRate
        case .g722: 16000
        case .l16: clockRate
        default: 8000
        }
    }
}
