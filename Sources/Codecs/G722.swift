internal import CSpanDSP
public import Wire

/// ITU-T G.722 at 64 kbit/s: speech up to 7 kHz, 8 bytes a millisecond (RFC 3551 section 4.5.2).
///
/// Its lower band alone is a codec at 8 kHz, so the path to G.711 needs no resampler.
public enum G722 {
    /// Of the samples: both bands, or the lower one [Hz].
    public static let sampleRates = [8000, 16000]
    /// Whatever the sampling rate.
    public static let bytesPerMillisecond = 8
    /// The code that is next to nothing when it is repeated: whatever was heard before, 12 ms later it is below -53 dBFS. What an encoder
    /// makes of silence has no period, and no other code is as quiet.
    public static let silence: UInt8 = 0xff

    fileprivate static let bitrate: Int32 = 64000

    fileprivate static func options(_ sampleRate: Int) throws(CodecError) -> Int32 {
        guard sampleRates.contains(sampleRate) else { throw .unsupportedParameter }
        return sampleRate == 8000 ? Int32(G722_SAMPLE_RATE_8000) : 0
    }
}

/// One stream's encoder. Not safe for use from two threads. No call but `init` allocates.
public final class G722Encoder {
    private let state: OpaquePointer
    /// Samples in a byte.
    private let samplesPerByte: Int

    /// - Parameter sampleRate: 8000 or 16000 [Hz].
    public init(sampleRate: Int = 16000) throws(CodecError) {
        guard let state = g722_encode_init(nil, G722.bitrate, try G722.options(sampleRate)) else { throw .library(code: -1) }
        self.state = state
        samplesPerByte = sampleRate / 8000
    }

    deinit { g722_encode_free(state) }

    /// Encodes a frame, of an even number of samples at 16 kHz.
    ///
    /// - Returns: the number of bytes written; `nil` for a frame that is odd or empty, and where they don't fit.
    public func encode(_ pcm: UnsafeBufferPointer<Int16>, into bytes: MutableBytes) -> Int? {
        guard pcm.count > 0, pcm.count % samplesPerByte == 0, pcm.count / samplesPerByte <= bytes.count, let from = pcm.baseAddress,
              let to = bytes.base?.assumingMemoryBound(to: UInt8.self) else { return nil }
        return Int(g722_encode(state, to, from, Int32(truncatingIfNeeded: pcm.count)))
    }
}

/// One stream's decoder. Not safe for use from two threads. No call but `init` allocates.
public final class G722Decoder {
    /// 8000 or 16000 [Hz].
    public let sampleRate: Int
    private let state: OpaquePointer

    public init(sampleRate: Int = 16000) throws(CodecError) {
        guard let state = g722_decode_init(nil, G722.bitrate, try G722.options(sampleRate)) else { throw .library(code: -1) }
        self.state = state
        self.sampleRate = sampleRate
    }

    deinit { g722_decode_free(state) }

    /// How many samples a payload holds; every byte is a valid one.
    public func sampleCount(_ bytes: Bytes) -> Int { bytes.count * (sampleRate / 8000) }

    /// - Returns: the number of samples written; `nil` for an empty payload, and where they don't fit.
    public func decode(_ bytes: Bytes, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int? {
        guard !bytes.isEmpty, sampleCount(bytes) <= pcm.count, let to = pcm.baseAddress,
              let from = bytes.base?.assumingMemoryBound(to: UInt8.self) else { return nil }
        return Int(g722_decode(state, to, from, Int32(truncatingIfNeeded: bytes.count)))
    }
}
