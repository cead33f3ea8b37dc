import Codecs
import Wire

/// A decoder whose PCM has the recording's rate, whatever rate its codec has.
final class RecordingDecoder {
    private let decoder: AudioDecoder
    /// For G.711 in a recording at 16 kHz.
    private let upsampler: Resampler?
    /// Samples at the codec's rate.
    private let narrowband: PCMBuffer?

    /// `nil` for a format that cannot be decoded.
    init?(_ payload: PayloadPlan, sampleRate: Int) {
        let isNarrow = payload.format == .pcmu || payload.format == .pcma
        guard let decoder = AudioDecoder(payload, sampleRate: isNarrow ? 8000 : sampleRate) else { return nil }
        self.decoder = decoder
        guard isNarrow, sampleRate > 8000 else {
            upsampler = nil
            narrowband = nil
            return
        }
        guard let upsampler = try? Resampler(from: 8000, to: sampleRate, keepsDelay: true) else { return nil }
        self.upsampler = upsampler
        narrowband = PCMBuffer(capacity: 8000 * RecordingTrack.longestAudio / 1000)
    }

    var payload: PayloadPlan { decoder.payload }

    /// What a packet holds in ticks of a 48 kHz clock, or `nil` for one that is none.
    func duration(_ packet: Bytes) -> Int? { decoder.duration(packet) }

    /// `false` when a packet holds no audio.
    func decode(_ packet: Bytes, into pcm: PCMBuffer) -> Bool {
        guard let narrowband else { return decoder.decode(packet, into: pcm) }
        return decoder.decode(packet, into: narrowband) && upsample(narrowband, into: pcm)
    }

    /// Makes up `length` samples of the recording's rate.
    func conceal(_ length: Int, next: Bytes?, into pcm: PCMBuffer) -> Bool {
        guard let narrowband, let upsampler else { return decoder.conceal(length, next: next, into: pcm) }
        let count = length * upsampler.inputRate / upsampler.outputRate
        return decoder.conceal(count, next: next, into: narrowband) && upsample(narrowband, into: pcm)
    }

    private func upsample(_ narrowband: PCMBuffer, into pcm: PCMBuffer) -> Bool {
        defer { narrowband.removeAll() }
        guard let upsampler, let samples = narrowband.front(narrowband.count),
              let room = pcm.room(for: upsampler.capacity(for: samples.count)),
              let written = upsampler.process(samples, into: room)?.written else { return false }
        pcm.append(written)
        return true
    }
}
