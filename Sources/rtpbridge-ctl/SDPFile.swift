import Glibc

/// A description in a file, or on standard input.
enum SDPFile {
    /// More than any description has; the validator's own limit is far below [bytes].
    private static let limit = 1 << 20

    static func read(_ path: String) throws -> String {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func failure(_ path: String) -> FileError { FileError(description: "\(path): \(String(cString: strerror(errno)))") }
}

struct FileError: Error, CustomStringConvertible {
    var description: String
}
