/// What the engine needs to know at start.
public struct EngineConfiguration: Sendable, Equatable {
    /// How many workers run, each a thread with its share of the calls; 1 to 256.
    public var threads: Int
    /// For the port pools, which the control side makes.
    public var sockets: SocketOptions
    /// `nil`: no port is shared. The control side opens them (`SharedPortPool`) and gives them to `MediaEngine.start`.
    public var sharedPorts: SharedPortConfiguration?

    /// - Parameter threads: out of range values are brought into range.
    public init(threads: Int, sockets: SocketOptions = SocketOptions(), sharedPorts: SharedPortConfiguration? = nil) {
        self.threads = min(max(1, threads), 256)
        self.sockets = sockets
        self.sharedPorts = sharedPorts
    }
}

/// Why the engine could not start: an errno value of the call that failed.
public enum EngineError: Error, Sendable, Equatable {
    case alreadyStarted
    case cannotPoll(errno: Int32)
    case cannotStartThread(errno: Int32)
}
