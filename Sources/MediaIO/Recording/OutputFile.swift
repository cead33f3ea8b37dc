import Glibc

/// A new file that is written from its beginning to its end.
struct OutputFile {
    let path: String
    private let descriptor: Int32
    /// What is to be written next.
    var buffer: [UInt8] = []
    /// [bytes]
    private(set) var length = 0
    /// From then on nothing is written any more.
    private(set) var failure: Int32?

    /// So many names are tried.
    private static let maximumNumber = 99
    /// [bytes]
    static let bufferLength = 64 << 10

    init(creating path: String) throws(RecordingError) {
        // The system would end the path there.
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw RecordingError(path: path, errno: EINVAL) }
        // Each of its directories would be tried in vain.
        guard path.utf8.count < Int(PATH_MAX) else { throw RecordingError(path: path, errno: ENAMETOOLONG) }
        Self.makeDirectories(above: path)
        for number in 0...Self.maximumNumber {
            let name = number == 0 ? path : Self.numbered(path, number)
            let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0o666)
            if descriptor >= 0 {
                self.path = name
                self.descriptor = descriptor
                return
            }
            guard errno == EEXIST else { break }
        }
        throw RecordingError(path: path, errno: errno)
    }

    static func move(_ path: String, to other: String) {
        makeDirectories(above: other)
        rename(path, other)
    }

    private static func makeDirectories(above path: String) {
        var parent = ""
        for part in path.split(separator: "/").dropLast() {
            parent += "/" + part
            mkdir(parent, 0o777)
        }
    }

    /// `name-1.wav` for `name.wav`.
    private static func numbered(_ path: String, _ number: Int) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "\(path)-\(number)" }
        return "\(path[..<dot])-\(number)\(path[dot...])"
    }

    mutating func flush() {
        defer { buffer.removeAll(keepingCapacity: true) }
        var offset = 0
        while failure == nil, offset < buffer.count {
            let count = buffer.withUnsafeBytes { $0.baseAddress.map { write(descriptor, $0 + offset, buffer.count - offset) } ?? 0 }
            if count >= 0 { offset += count } else if errno != EINTR { failure = errno }
        }
        length += offset
    }

    /// Writes over what is at the beginning.
    mutating func rewriteHead(_ bytes: [UInt8]) {
        guard failure == nil, pwrite(descriptor, bytes, bytes.count, 0) != bytes.count else { return }
        failure = errno
    }

    /// - Parameter keeps: whether the file stays.
    mutating func finish(keeps: Bool) {
        flush()
        close(descriptor)
        if !keeps { unlink(path) }
    }
}
