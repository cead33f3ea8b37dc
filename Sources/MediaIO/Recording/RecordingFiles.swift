import Glibc
import MediaCore
import Wire

/// The files of one recording. Who has opened them hands them to a `RecordingWriter`, whose thread is the only one then.
public final class RecordingFiles: @unchecked Sendable {
    /// With the paths that were taken.
    public let names: RecordingNames
    private var capture: OutputFile?
    private var audio: OutputFile?
    private var notes: OutputFile?
    private var packets = 0
    /// Of the samples, as the header of the audio file has it [bytes].
    private var statedLength = 0
    private var hasFailed = false
    private let onFailure: @Sendable (RecordingError) -> Void

    /// Opens all of the files or none of them. This may take as long as the disk does.
    /// - Parameter onFailure: called once if a file cannot be written to its end.
    public init(opening names: RecordingNames, onFailure: @escaping @Sendable (RecordingError) -> Void) throws(RecordingError) {
        var taken = names
        var opened: [OutputFile] = []
        func create(_ path: String?) throws(RecordingError) -> OutputFile? {
            guard let path else { return nil }
            do throws(RecordingError) {
                let file = try OutputFile(creating: path)
                opened.append(file)
                return file
            } catch {
                for index in opened.indices { opened[index].finish(keeps: false) }
                throw error
            }
        }
        capture = try create(names.capture)
        audio = try create(names.audio)
        notes = try create(names.unfinishedNotes)
        taken.capture = capture?.path
        taken.audio = audio?.path
        taken.unfinishedNotes = notes?.path
        self.names = taken
        self.onFailure = onFailure
        capture?.buffer += taken.format.fileHeader
        let header = header.bytes
        audio?.buffer += header
        notes?.buffer += RecordingNotes.head(taken.capture ?? taken.audio ?? "").utf8
        flush()
        checkFailures()
    }

    /// Nobody has taken them over, as the writer has stopped or has no thread.
    deinit {
        for case var file? in [capture, audio, notes] { file.finish(keeps: false) }
    }

    private var header: WAVHeader {
        WAVHeader(channels: 2, sampleRate: names.sampleRate, dataLength: max(0, (audio?.length ?? 0) - WAVHeader.length))
    }

    // MARK: - On the writer's thread

    func take(_ entry: RecordingBlock.Entry) {
        switch entry {
        case .packet(let packet, let source, let destination, let time):
            guard capture != nil else { return }
            packets += 1
            capture?.append { names.format.append(packet, from: source, to: destination, unixNanoseconds: time, to: &$0) }
        case .audio(let samples): audio?.append { $0 += UnsafeRawBufferPointer(samples) }
        case .silence(let samples):
            var left = 4 * samples
            while left > 0, audio != nil {
                let length = min(left, OutputFile.bufferLength)
                audio?.append { $0 += repeatElement(0, count: length) }
                left -= length
            }
        }
    }

    func describe(_ description: RecordedDescription) {
        notes?.append { $0 += RecordingNotes.text(description, packets: packets).utf8 }
    }

    /// Everything to the system, so that it is there whatever becomes of the process.
    func flush() {
        capture?.flush()
        audio?.flush()
        notes?.flush()
        // The lengths in the header are right once a second.
        let length = audio?.length ?? 0
        if length - statedLength >= 4 * names.sampleRate { stateLength() }
        checkFailures()
    }

    private func stateLength() {
        statedLength = audio?.length ?? 0
        let header = header.bytes
        audio?.rewriteHead(header)
    }

    func end(_ end: RecordingEnd?) {
        if let end { notes?.append { $0 += RecordingNotes.tail(end).utf8 } }
        flush()
        stateLength()
        let isKept = end?.isKept ?? true
        capture?.finish(keeps: isKept)
        audio?.finish(keeps: isKept)
        notes?.finish(keeps: isKept)
        if isKept, let unfinished = notes?.path, let path = names.notes { OutputFile.move(unfinished, to: path) }
        checkFailures()
        (capture, audio, notes) = (nil, nil, nil)
    }

    /// There will be no recording.
    func discard() { end(RecordingEnd(callBegan: 0, ended: 0, callIsOver: false, metadata: nil, isKept: false)) }

    private func checkFailures() {
        guard !hasFailed else { return }
        for case let file? in [capture, audio, notes] {
            guard let error = file.failure else { continue }
            hasFailed = true
            return onFailure(RecordingError(path: file.path, errno: error))
        }
    }
}

extension OutputFile {
    /// Adds to the buffer, which is written when it is full.
    fileprivate mutating func append(_ fill: (inout [UInt8]) -> Void) {
        guard failure == nil else { return }
        fill(&buffer)
        if buffer.count >= Self.bufferLength { flush() }
    }
}
