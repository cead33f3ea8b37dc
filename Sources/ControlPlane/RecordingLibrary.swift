import Codecs
import Foundation
import MediaCore
import Negotiation
import Wire

/// Recordings that calls play, read once and kept: each file at the two rates that legs are sent at.
actor RecordingLibrary {
    /// Why a recording is not played.
    enum Problem: Error, CustomStringConvertible {
        case unreadable(String)
        case tooLong(String)
        case notAudio(String, WAVFile.Problem)

        var description: String {
            switch self {
            case .unreadable(let path): "\(path) cannot be read"
            case .tooLong(let path): "\(path) is larger than \(RecordingLibrary.maximumLength >> 20) MiB"
            case .notAudio(let path, let problem): "\(path): \(problem)"
            }
        }
    }

    private struct Entry {
        var changed: Date?
        var audio: HoldAudio
        var lastUse: UInt64
    }

    /// Ten minutes at 48 kHz in stereo [bytes].
    private static let maximumLength = 128 << 20
    /// A recording costs 48 kB a second.
    private static let maximumEntries = 16
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0

    /// The recording of a file; read again when the file has changed.
    func recording(_ path: String) throws(Problem) -> HoldAudio {
        uses += 1
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let changed = attributes?[.modificationDate] as? Date
        if let entry = entries[path], entry.changed == changed {
            entries[path]?.lastUse = uses
            return entry.audio
        }
        let audio = try Self.read(path, length: (attributes?[.size] as? NSNumber)?.intValue)
        if entries.count >= Self.maximumEntries, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            entries[oldest] = nil
        }
        entries[path] = Entry(changed: changed, audio: audio, lastUse: uses)
        return audio
    }

    private static func read(_ path: String, length: Int?) throws(Problem) -> HoldAudio {
        guard length ?? 0 <= maximumLength else { throw .tooLong(path) }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        let file: WAVFile
        do throws(WAVFile.Problem) {
            file = try Array(data).withBytes { (bytes) throws(WAVFile.Problem) in try WAVFile(parsing: bytes) }
        } catch { throw .notAudio(path, error) }
        guard let narrowband = clip(file, at: 8000), let wideband = clip(file, at: 16000) else { throw .notAudio(path, .unsupported) }
        return HoldAudio(narrowband: narrowband, wideband: wideband)
    }

    private static func clip(_ file: WAVFile, at sampleRate: Int) -> AudioClip? {
        let samples = file.sampleRate == sampleRate
            ? file.samples : Resampler.convert(file.samples, from: file.sampleRate, to: sampleRate)
        return samples.map { AudioClip(samples: $0, sampleRate: sampleRate) }
    }
}
