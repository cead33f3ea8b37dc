import Dispatch
import Glibc
import Synchronization

/// The write end of the pipe that the signal handler writes to; -1 before there is one.
private let signalPipe = Atomic<Int32>(-1)

/// Signals as a sequence.
///
/// The handler only writes the number to a pipe, which is all that a handler may do (signal-safety(7)); waiting
/// for blocked signals instead does not work here, because Dispatch unblocks them on the main thread.
enum SignalWatch {
    enum Event: Sendable {
        case terminate
        case reload
        case lessLog
        case moreLog
    }

    /// Watches SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2, once in a process. The second request to end ends it at once.
    static func start() throws(StartError) -> AsyncStream<Event> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("cannot make a pipe: \(String(cString: strerror(errno)))") }
        signalPipe.store(ends[1], ordering: .releasing)
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2] {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let saved = errno
                _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
                errno = saved
            }
        }
        let input = ends[0]
        let (stream, sink) = AsyncStream.makeStream(of: Event.self)
        DispatchQueue(label: "signals").async { forward(from: input) { sink.yield($0) } }
        return stream
    }

    private static func forward(from input: Int32, _ report: (Event) -> Void) {
        var isEnding = false
        var byte: UInt8 = 0
        while true {
            let length = read(input, &byte, 1)
            guard length == 1 else {
                if length < 0 && errno == EINTR { continue }
                return
            }
            switch Int32(byte) {
            case SIGHUP: report(.reload)
            case SIGUSR1: report(.lessLog)
            case SIGUSR2: report(.moreLog)
            default:
                if isEnding { _exit(1) }
                isEnding = true
                report(.terminate)
            }
        }
    }
}
