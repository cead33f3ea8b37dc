import Codecs
import Glibc
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
            case .tooLong(let path):
                "\(path) has more than \(RecordingLibrary.maximumSeconds / 60) minutes or \(RecordingLibrary.maximumLength >> 20) MiB"
            case .notAudio(let path, let problem): "\(path): \(problem)"
            }
        }
    }

    /// What tells a file from the one that stood under its path before.
    private struct Version: Equatable {
        var device: UInt64
        var inode: UInt64
        var length: Int
        /// Last change of the content [s, ns].
        var seconds: Int
        var nanoseconds: Int

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            length = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct Entry {
        var version: Version
        var audio: HoldAudio
        var lastUse: UInt64
    }

    /// Three minutes at 48 kHz in stereo, or half an hour at 8 kHz [bytes]: an offer waits while its recording is read.
    private static let maximumLength = 32 << 20
    /// A recording costs 48 kB a second.
    private static let maximumSeconds = 600
    private static let maximumEntries = 16
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0

    /// The recording of a file; read again when the file has changed.
    func recording(_ path: String) throws(Problem) -> HoldAudio {
        uses += 1
        let file = try Self.open(path)
        defer { close(file.descriptor) }
        if let entry = entries[path], entry.version == file.version {
            entries[path]?.lastUse = uses
            return entry.audio
        }
        guard file.version.length <= Self.maximumLength else { throw .tooLong(path) }
        guard let bytes = Self.read(file.descriptor, length: file.version.length) else { throw .unreadable(path) }
        let audio = try Self.decode(bytes, path)
        if entries.count >= Self.maximumEntries, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            entries[oldest] = nil
        }
        entries[path] = Entry(version: file.version, audio: audio, lastUse: uses)
        return audio
    }

    /// A recording that came as bytes; it is not kept.
    func recording(_ bytes: [UInt8]) throws(Problem) -> HoldAudio { try Self.decode(bytes, "the recording") }

    /// Regular files only: a pipe or device might never end, and a pipe is not waited for either.
    private static func open(_ path: String) throws(Problem) -> (descriptor: Int32, version: Version) {
        // The system would end the path there.
        guard !path.utf8.contains(0) else { throw .unreadable(path) }
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(path)
        }
        return (descriptor, Version(status))
    }

    /// - Returns: less than `length` of a file that has become shorter meanwhile; `nil` if the system fails.
    private static func read(_ descriptor: Int32, length: Int) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while let base = buffer.baseAddress, count < length {
                let got = Glibc.read(descriptor, base + count, length - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { return }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    private static func decode(_ bytes: [UInt8], _ path: String) throws(Problem) -> HoldAudio {
        let file: WAVFile
        do throws(WAVFile.Problem) {
            file = try bytes.withBytes { (bytes) throws(WAVFile.Problem) in try WAVFile(parsing: bytes) }
        } catch { throw .notAudio(path, error) }
        guard file.samples.count <= maximumSeconds * file.sampleRate else { throw .tooLong(path) }
        guard let narrowband = clip(file, at: 8000), let wideband = clip(file, at: 16000) else { throw .notAudio(path, .unsupported) }
        return HoldAudio(narrowband: narrowband, wideband: wideband)
    }

    private static func clip(_ file: WAVFile, at sampleRate: Int) -> AudioClip? {
        let samples = file.sampleRate == sampleRate
            ? file.samples : Resampler.convert(file.samples, from: file.sampleRate, to: sampleRate)
        return samples.map { AudioClip(samples: $0, sampleRate: sampleRate) }
    }
}
