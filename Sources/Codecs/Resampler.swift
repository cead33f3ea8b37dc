internal import CSpeexDSP

/// Turns one channel of audio from one sampling rate into another, by libspeexdsp's windowed sinc.
///
/// Not safe for use from two threads. No call but `init` and `convert` allocates.
public final class Resampler {
    /// What is accepted on either side [Hz].
    public static let sampleRates = 8000...48000
    /// [Hz]
    public let inputRate: Int
    /// [Hz]
    public let outputRate: Int
    private let state: OpaquePointer

    /// 0 to 10; at 5 the stop band lies 80 dB down, below the noise of any codec here.
    private static let quality: Int32 = 5

    /// - Parameter keepsDelay: whether the filter's delay of some milliseconds stays before the first sample, so that every piece of a
    ///   stream comes out as long as it went in; otherwise it is left out.
    public init(from inputRate: Int, to outputRate: Int, keepsDelay: Bool = false) throws(CodecError) {
        guard Self.sampleRates.contains(inputRate), Self.sampleRates.contains(outputRate) else { throw .unsupportedParameter }
        var code: Int32 = 0
        guard let state = speex_resampler_init(1, UInt32(inputRate), UInt32(outputRate), Self.quality, &code) else {
            throw .library(code: code)
        }
        // Where the delay is left out, `latency` is what the filter still holds back at the end.
        if !keepsDelay { speex_resampler_skip_zeros(state) }
        self.inputRate = inputRate
        self.outputRate = outputRate
        self.state = state
    }

    deinit { speex_resampler_destroy(state) }

    /// How many samples of the input must follow one before it comes out.
    public var latency: Int { Int(speex_resampler_get_input_latency(state)) }

    /// The most samples that come out for `count` that go in.
    public func capacity(for count: Int) -> Int { (max(0, count) * outputRate + inputRate - 1) / inputRate + 1 }

    /// Takes in the next samples of the stream.
    ///
    /// - Returns: how many were taken, all of them where `output` has room for `capacity(for:)`, and how many came out;
    ///   `nil` when the library refused.
    public func process(
        _ input: UnsafeBufferPointer<Int16>, into output: UnsafeMutableBufferPointer<Int16>
    ) -> (consumed: Int, written: Int)? {
        var consumed = UInt32(clamping: input.count)
        var written = UInt32(clamping: output.count)
        guard consumed > 0, let from = input.baseAddress, let to = output.baseAddress else { return (0, 0) }
        guard speex_resampler_process_int(state, 0, from, &consumed, to, &written) == 0 else { return nil }
        return (Int(consumed), Int(written))
    }

    /// A whole recording at another rate, as long as it was; `nil` for rates that are not in `sampleRates`.
    public static func convert(_ samples: [Int16], from inputRate: Int, to outputRate: Int) -> [Int16]? {
        guard let resampler = try? Resampler(from: inputRate, to: outputRate) else { return nil }
        if inputRate == outputRate { return samples }
        let input = samples + Array(repeating: 0, count: resampler.latency)
        var output = [Int16](repeating: 0, count: resampler.capacity(for: input.count))
        let result = input.withUnsafeBufferPointer { from in output.withUnsafeMutableBufferPointer { resampler.process(from, into: $0) } }
        guard let result else { return nil }
        let length = (samples.count * outputRate + inputRate / 2) / inputRate
        return Array(output[..<min(length, result.written)]) + Array(repeating: 0, count: max(0, length - result.written))
    }
}
