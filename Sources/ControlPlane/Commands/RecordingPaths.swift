import MediaCore
import MediaIO
import NGProtocol

extension RecordingNames {
    /// Where a call's recording goes: what the request says, else the daemon's directory, under rtpengine's names.
    ///
    ///     DIR/pcaps/CALL-ID-NUMBER.pcap   DIR/metadata/rtpengine-meta-CALL-ID-NUMBER.txt   DIR/CALL-ID-NUMBER-mix.wav
    ///
    /// `nil` if neither of them says anything.
    /// - Parameter number: tells the recordings of one call-id apart.
    init?(_ options: RecordingOptions, _ configuration: RecordingConfiguration?, callID: String, number: UInt64, sampleRate: Int) {
        let directory = options.directory ?? configuration?.directory
        guard directory != nil || options.file != nil else { return nil }
        self.init()
        format = configuration?.format == .ethernet ? .ethernet : .raw
        self.sampleRate = sampleRate
        let method = configuration?.method ?? .pcap
        if let directory {
            let name = Self.encoded(callID) + "-" + Self.hexadecimal(number)
            if method != .proc { capture = "\(directory)/pcaps/\(name).pcap" }
            if method != .pcap { audio = "\(directory)/\(name)-mix.wav" }
            unfinishedNotes = "\(directory)/tmp/rtpengine-meta-\(name).tmp"
            notes = "\(directory)/metadata/rtpengine-meta-\(name).txt"
        }
        guard let file = options.file else { return }
        // Its ending says what it is; any other is for what the daemon writes.
        if file.hasSuffix(".wav") || (method != .pcap && !file.hasSuffix(".pcap")) { audio = file } else { capture = file }
    }

    /// Paths of a request that the daemon's own directory would have a say in.
    static func isAcceptable(_ options: RecordingOptions) -> Bool {
        [options.file, options.directory].allSatisfy { $0?.hasPrefix("/") ?? true }
    }

    /// RFC 3986's unreserved characters as they are, others as percent signs; a name has an end.
    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
            let next = isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            if result.utf8.count + next.utf8.count > maximumLength { break }
            result += next
        }
        return result
    }

    private static let maximumLength = 180

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What is written, for the log.
    var outline: String { [capture, audio].compactMap(\.self).joined(separator: " and ") }
}

extension CallPlan {
    /// Of a recording: 16 kHz where a peer may send more than 8 kHz has room for, as what is cut off there is what makes speech clear;
    /// more would double the file for what telephones rarely have.
    var recordedSampleRate: Int { media.contains { $0.isActive && $0.relay == .audio && $0.isWideband } ? 16000 : 8000 }
}

extension MediaPlan {
    fileprivate var isWideband: Bool {
        receivePayloads.contains { payload in
            switch payload.format {
            case .opus: payload.opus.maxPlaybackRate > 8000
            case .g722: true
            case .l16: payload.clockRate > 8000
            default: false
            }
        }
    }
}
