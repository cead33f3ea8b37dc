import Glibc

enum StandardError {
    /// Writes a line at once, so that threads do not mix theirs.
    static func write(line: String) {
        var text = line + "\n"
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
