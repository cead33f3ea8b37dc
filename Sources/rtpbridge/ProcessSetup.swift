import Glibc

/// What the daemon asks of the system for itself.
enum ProcessSetup {
    /// A call has two to four sockets, and the customary limit of 1,024 descriptors would end at 300 calls:
    /// takes as many as the hard limit gives.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    static func writePIDFile(_ path: String) throws(StartError) {
        let text = Array("\(getpid())\n".utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("cannot write the pidfile \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        guard write(descriptor, text, text.count) == text.count else { throw .system("cannot write the pidfile \(path)") }
    }

    static func removePIDFile(_ path: String) { unlink(path) }
}
