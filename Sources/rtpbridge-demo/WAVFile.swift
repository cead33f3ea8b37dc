import Foundation

/// Recordings in RIFF WAVE files, of the one kind that is used here: 16-bit PCM, mono, 8000 Hz.
enum WAVFile {
    static let sampleRate = 8000

    static func read(_ path: String) throws(DemoError) -> [Int16] {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path, "can't be read") }
        let bytes = [UInt8](data)
        guard text(bytes, 0) == "RIFF", text(bytes, 8) == "WAVE" else { throw .unreadable(path, "is no WAVE file") }
        var offset = 12
        var isUsable = false
        while offset + 8 <= bytes.count {
            let (name, length) = (text(bytes, offset), Int(number(bytes, offset + 4, count: 4)))
            let body = offset + 8
            if name == "fmt ", length >= 16, body + 16 <= bytes.count {
                let format = [(0, 2), (2, 2), (4, 4), (14, 2)].map { Int(number(bytes, body + $0.0, count: $0.1)) }
                isUsable = format == [1, 1, sampleRate, 16]
            }
            if name == "data" {
                guard isUsable else { break }
                let end = min(bytes.count, body + length) - 1
                return stride(from: body, to: end, by: 2).map { Int16(truncatingIfNeeded: number(bytes, $0, count: 2)) }
            }
            offset = body + length + length % 2
        }
        throw .unreadable(path, "is not 16-bit PCM, mono, \(sampleRate) Hz")
    }

    static func write(_ samples: [Int16], to path: String) throws(DemoError) {
        var data = Data("RIFF".utf8)
        func append(_ value: Int, _ count: Int) {
            for byte in 0..<count { data.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
        append(36 + 2 * samples.count, 4)
        data.append(contentsOf: "WAVEfmt ".utf8)
        for (value, count) in [(16, 4), (1, 2), (1, 2), (sampleRate, 4), (2 * sampleRate, 4), (2, 2), (16, 2)] { append(value, count) }
        data.append(contentsOf: "data".utf8)
        append(2 * samples.count, 4)
        for sample in samples { append(Int(sample), 2) }
        guard FileManager.default.createFile(atPath: path, contents: data) else { throw .unreadable(path, "can't be written") }
    }

    private static func text(_ bytes: [UInt8], _ offset: Int) -> String {
        offset + 4 <= bytes.count ? String(decoding: bytes[offset..<offset + 4], as: UTF8.self) : ""
    }

    /// Little-endian; `offset + count` lies inside.
    private static func number(_ bytes: [UInt8], _ offset: Int, count: Int) -> UInt32 {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
