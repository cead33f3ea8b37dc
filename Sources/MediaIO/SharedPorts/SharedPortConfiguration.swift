/// ICE legs of many calls on few ports (`--shared-ports`): told apart by the peer's address and, before that is settled,
/// by the user name fragment in its checks.
public struct SharedPortConfiguration: Sendable, Equatable {
    /// Ports for each local address: the first ones of its range that are free.
    public var count: Int
    /// [bytes]; a queue is shared by all calls of its port: 4 MiB hold what 500 of them get in 200 ms, with the kernel's
    /// overhead. The kernel cuts it down to its own limit (`net.core.rmem_max`).
    public var receiveBuffer = 4_194_304
    /// [bytes]; cut down likewise (`net.core.wmem_max`).
    public var sendBuffer = 1_048_576

    public init(count: Int) { self.count = count }
}

/// Why the shared ports could not be opened.
public enum SharedPortError: Error, Sendable, Equatable {
    /// Each worker must have a port, since a call lives on one worker and uses that one's ports.
    case fewerThanWorkers(ports: Int, workers: Int)
    /// The range has not that many free ports.
    case tooFewFree(found: Int, wanted: Int)
    /// The system refused a socket or the address: an errno value.
    case system(errno: Int32)
}

extension SharedPortError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fewerThanWorkers(let ports, let workers):
            "\(ports) ports are too few for \(workers) threads; each needs one, better several"
        case .tooFewFree(let found, let wanted):
            "only \(found) of \(wanted) ports of the range are free"
        case .system(let error): "the system refused a socket, errno \(error)"
        }
    }
}
