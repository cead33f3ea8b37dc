/// The beginning of a RIFF WAVE file with 16-bit PCM.
public struct WAVHeader: Sendable, Equatable {
    public var channels: Int
    /// [Hz]
    public var sampleRate: Int
    /// Of the samples [bytes]; what does not fit into 32 bits is written as the most that does.
    public var dataLength: Int

    /// [bytes]
    public static let length = 44

    public init(channels: Int, sampleRate: Int, dataLength: Int = 0) {
        self.channels = channels
        self.sampleRate = sampleRate
        self.dataLength = dataLength
    }

    public var bytes: [UInt8] {
        let frame = 2 * channels
        var bytes = Array("RIFF".utf8)
        func append(_ value: Int, _ width: Int) {
            let value = UInt32(clamping: value)
            for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * place))) }
        }
        append(dataLength + Self.length - 8, 4)
        bytes += Array("WAVEfmt ".utf8)
        for (value, width) in [(16, 4), (1, 2), (channels, 2), (sampleRate, 4), (frame * sampleRate, 4), (frame, 2), (16, 2)] {
            append(value, width)
        }
        bytes += Array("data".utf8)
        append(dataLength, 4)
        return bytes
    }
}
