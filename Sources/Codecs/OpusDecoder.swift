internal import COpus
public import Wire

/// One Opus stream's decoder (RFC 6716) at the sampling rate that is needed: libopus decodes any stream,
/// stereo or not, at any of its rates, so the path to G.711 decodes at 8 kHz mono and needs no resampler.
///
/// Not safe for use from two threads. No call but `init` allocates, throws or traps, whatever the bytes.
public final class OpusDecoder {
    /// 8000, 12000, 16000, 24000 or 48000 [Hz].
    public let sampleRate: Int
    /// 1 or 2; two channels are interleaved.
    public let channels: Int
    private let state: OpaquePointer

    public init(sampleRate: Int, channels: Int = 1) throws(CodecError) {
        guard OpusPacket.sampleRates.contains(sampleRate), channels == 1 || channels == 2 else { throw .unsupportedParameter }
        var code: Int32 = 0
        guard let state = opus_decoder_create(Int32(sampleRate), Int32(channels), &code) else { throw .library(code: code) }
        self.sampleRate = sampleRate
        self.channels = channels
        self.state = state
    }

    deinit { opus_decoder_destroy(state) }

    /// Decodes a packet.
    ///
    /// - Parameter pcm: room for the packet's whole duration (up to 120 ms; `OpusPacket.duration`).
    /// - Returns: the samples written for each channel; `nil` for an empty or malformed packet and one that is too long for `pcm`.
    public func decode(_ packet: Bytes, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int? {
        // libopus takes an absent packet for a lost one.
        guard !packet.isEmpty else { return nil }
        return run(packet, capacity: pcm.count / channels, into: pcm, usingFEC: false)
    }

    /// Makes up for the packet that is missing before `next` from the redundancy (LBRR, RFC 6716 section 2.1.7) in `next`.
    ///
    /// Where `next` carries none, libopus conceals. Afterwards decode `next` itself as usual.
    ///
    /// - Parameter frameSamples: the duration of the missing packet in samples, a multiple of 2.5 ms.
    public func decodeFEC(from next: Bytes, frameSamples: Int, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int? {
        guard !next.isEmpty, OpusPacket.duration(next) != nil else { return nil }
        return fill(next, frameSamples, into: pcm, usingFEC: true)
    }

    /// Makes up for a missing packet from what was heard before; the sound fades out over some frames.
    ///
    /// - Parameter frameSamples: as for `decodeFEC`.
    public func conceal(frameSamples: Int, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int? {
        fill(.empty, frameSamples, into: pcm, usingFEC: false)
    }

    /// Forgets what was heard, for a stream that has nothing to do with the one before.
    public func reset() { _ = rtpbridge_opus_decoder_reset(state) }

    private func fill(_ packet: Bytes, _ samples: Int, into pcm: UnsafeMutableBufferPointer<Int16>, usingFEC: Bool) -> Int? {
        guard samples > 0, samples % (sampleRate / 400) == 0,
              samples <= sampleRate / 1000 * 120, samples <= pcm.count / channels else { return nil }
        return run(packet, capacity: samples, into: pcm, usingFEC: usingFEC)
    }

    private func run(_ packet: Bytes, capacity: Int, into pcm: UnsafeMutableBufferPointer<Int16>, usingFEC: Bool) -> Int? {
        guard packet.count <= OpusPacket.maximumLength, let out = pcm.baseAddress else { return nil }
        let room = Int32(truncatingIfNeeded: min(capacity, sampleRate / 1000 * 120))
        let data = packet.base?.assumingMemoryBound(to: UInt8.self)
        let decoded = opus_decode(state, data, Int32(truncatingIfNeeded: packet.count), out, room, usingFEC ? 1 : 0)
        return decoded > 0 ? Int(decoded) : nil
    }
}
