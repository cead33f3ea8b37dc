public import MediaCore

/// What the engine needs to know at start.
public struct EngineConfiguration: Sendable, Equatable {
    /// How many workers run, each a thread with its share of the calls; 1 to 256.
    public var threads: Int
    /// How many threads do the work of DTLS handshakes, beside the workers and below their priority; 1 to `threads`. One sets up
    /// about 4,000 calls a second on a processor of its own.
    public var handshakeThreads: Int
    /// For the port pools, which the control side makes.
    public var sockets: SocketOptions
    /// `nil`: no port is shared. The control side opens them (`SharedPortPool`) and gives them to `MediaEngine.start`.
    public var sharedPorts: SharedPortConfiguration?

    /// How packets pass between sockets and workers.
    public var packetIO = PacketInterfaceChoice.auto
    /// For every call.
    public var media = MediaSettings()
    /// Each worker's thread stays on one processor: worker n on the n-th that the process may use.
    public var pinsThreads = false

    /// Values of `threads` and `handshakeThreads` that are out of range are brought into range.
    public init(
        threads: Int, handshakeThreads: Int = 1, sockets: SocketOptions = SocketOptions(), sharedPorts: SharedPortConfiguration? = nil
    ) {
        self.threads = min(max(1, threads), 256)
        self.handshakeThreads = min(max(1, handshakeThreads), self.threads)
        self.sockets = sockets
        self.sharedPorts = sharedPorts
    }
}

/// What the operator wants (`--packet-io`).
public enum PacketInterfaceChoice: String, Sendable, CaseIterable {
    /// What has measured better: epoll.
    case auto
    case ioUring = "io-uring"
    case epoll
}

/// What the engine uses, and why it is not what was wanted.
public struct PacketIOStatus: Sendable, Equatable {
    public var interface: PacketInterface
    /// The errno value with which the system has refused io_uring, if that was wanted.
    public var refusal: Int32?
}

/// Why the engine could not start: an errno value of the call that failed.
public enum EngineError: Error, Sendable, Equatable {
    case alreadyStarted
    case cannotPoll(errno: Int32)
    case cannotStartThread(errno: Int32)
}
