import Glibc

/// The way into the background: the process that was started waits until the one that stays is ready, and tells whether it is.
///
/// This comes before everything that starts a thread, as a fork copies only the one that calls it.
struct Detachment {
    private var pipe: Int32

    /// Returns in the process that stays; the other one ends in here, with 0 or with the status that the start failed with.
    static func begin() throws(StartError) -> Detachment {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw .system("cannot make a pipe: \(String(cString: strerror(errno)))") }
        let child = fork()
        guard child >= 0 else { throw .system("cannot go to the background: \(String(cString: strerror(errno)))") }
        guard child == 0 else {
            close(ends[1])
            wait(for: child, ends[0])
        }
        closeInherited(but: ends[1])
        setsid()
        return Detachment(pipe: ends[1])
    }

    /// What the process was started with beside the standard streams: somebody may wait for its end.
    private static func closeInherited(but pipe: Int32) {
        let limit = min(Int32(clamping: sysconf(Int32(_SC_OPEN_MAX))), 4096)
        for descriptor in (STDERR_FILENO + 1)..<max(limit, STDERR_FILENO + 1) where descriptor != pipe { close(descriptor) }
        _ = fcntl(pipe, F_SETFD, FD_CLOEXEC)
    }

    private static func wait(for child: pid_t, _ input: Int32) -> Never {
        var byte: UInt8 = 0
        var length = read(input, &byte, 1)
        while length < 0, errno == EINTR { length = read(input, &byte, 1) }
        if length == 1 { _exit(0) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        // WIFEXITED and WEXITSTATUS.
        _exit(status & 0x7f == 0 ? (status >> 8) & 0xff : 1)
    }

    /// Lets the other process go, and the terminal with it.
    /// - Parameter keepsStderr: the log goes there.
    func finish(keepsStderr: Bool) {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        if null >= 0 {
            for number in [STDIN_FILENO, STDOUT_FILENO] + (keepsStderr ? [] : [STDERR_FILENO]) { dup2(null, number) }
            close(null)
        }
        var byte: UInt8 = 0
        _ = write(pipe, &byte, 1)
        close(pipe)
    }
}
