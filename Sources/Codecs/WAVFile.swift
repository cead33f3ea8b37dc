public import Wire

/// A RIFF WAVE file in memory, as one channel of 16-bit samples.
///
/// Read are PCM of 8 and 16 bits (format 1), A-law (6) and mu-law (7), of any number of channels, which are mixed to one.
public struct WAVFile: Sendable, Equatable {
    public let samples: [Int16]
    /// 1000 to 192000 [Hz].
    public let sampleRate: Int

    public init(samples: [Int16], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    /// Why a file is not read.
    public enum Problem: Error, Sendable, Equatable {
        case notWAVE
        /// A coding, a number of channels or a sampling rate that is not read.
        case unsupported
        /// There is no format or no audio in it.
        case empty
    }

    /// - Parameter bytes: the whole file. A length that says more than there is means the rest: writers that were cut off leave such.
    public init(parsing bytes: Bytes) throws(Problem) {
        guard Self.name(bytes, 0) == "RIFF", Self.name(bytes, 8) == "WAVE" else { throw .notWAVE }
        var format: Format?
        var offset = 12
        while let name = Self.name(bytes, offset), let length = Self.number(bytes, offset + 4, width: 4) {
            let body = offset + 8
            let size = min(Int(length), bytes.count - body)
            if name == "fmt " { format = try Format(bytes, body, size) }
            if name == "data" {
                guard let format, size >= format.frameLength else { throw .empty }
                samples = (0..<size / format.frameLength).map { format.frame(bytes, body + $0 * format.frameLength) }
                sampleRate = format.sampleRate
                return
            }
            // Chunks begin on even places.
            offset = body + size + size % 2
        }
        throw .empty
    }

    private struct Format {
        let coding: UInt32
        let channels: Int
        let sampleRate: Int
        let bits: Int
        /// Of one sample of each channel [bytes].
        var frameLength: Int { channels * bits / 8 }

        init(_ bytes: Bytes, _ body: Int, _ size: Int) throws(Problem) {
            guard size >= 16, let coding = WAVFile.number(bytes, body, width: 2), let channels = WAVFile.number(bytes, body + 2, width: 2),
                  let rate = WAVFile.number(bytes, body + 4, width: 4), let bits = WAVFile.number(bytes, body + 14, width: 2) else {
                throw .empty
            }
            let isRead = coding == 1 && (bits == 8 || bits == 16) || (coding == 6 || coding == 7) && bits == 8
            guard isRead, (1...8).contains(channels), (1000...192_000).contains(rate) else { throw .unsupported }
            self.coding = coding
            self.channels = Int(channels)
            sampleRate = Int(rate)
            self.bits = Int(bits)
        }

        /// The mean of the channels.
        func frame(_ bytes: Bytes, _ offset: Int) -> Int16 {
            var sum = 0
            for channel in 0..<channels { sum += Int(sample(bytes, offset + channel * bits / 8)) }
            return Int16(clamping: sum / channels)
        }

        private func sample(_ bytes: Bytes, _ offset: Int) -> Int16 {
            let raw = WAVFile.number(bytes, offset, width: bits / 8) ?? 0
            return switch (coding, bits) {
            case (6, _): G711Tables.decode(.a)[Int(raw & 0xff)]
            case (7, _): G711Tables.decode(.mu)[Int(raw & 0xff)]
            // Eight bits are unsigned, silence is 128.
            case (_, 8): (Int16(truncatingIfNeeded: raw) &- 128) &* 256
            default: Int16(truncatingIfNeeded: raw)
            }
        }
    }

    /// A chunk's name; `nil` behind the end.
    private static func name(_ bytes: Bytes, _ offset: Int) -> String? {
        bytes.slice(offset, 4).map { String(decoding: $0.array, as: UTF8.self) }
    }

    /// Little-endian, unlike everything else here.
    private static func number(_ bytes: Bytes, _ offset: Int, width: Int) -> UInt32? {
        var value: UInt32 = 0
        for place in 0..<width {
            guard let byte = bytes.u8(offset + place) else { return nil }
            value |= UInt32(byte) << UInt32(8 * place)
        }
        return value
    }

    /// The file's bytes: 16-bit PCM, one channel.
    public var encoded: [UInt8] {
        var bytes = Array("RIFF".utf8)
        func append(_ value: Int, _ width: Int) {
            for place in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
        }
        append(36 + 2 * samples.count, 4)
        bytes += Array("WAVEfmt ".utf8)
        for (value, width) in [(16, 4), (1, 2), (1, 2), (sampleRate, 4), (2 * sampleRate, 4), (2, 2), (16, 2)] { append(value, width) }
        bytes += Array("data".utf8)
        append(2 * samples.count, 4)
        for sample in samples { append(Int(sample), 2) }
        return bytes
    }
}
