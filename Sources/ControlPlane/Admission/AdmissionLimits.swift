/// From when on new calls are refused; `nil` is no limit.
public struct AdmissionLimits: Sendable, Equatable {
    /// `--max-sessions`: calls at one time; 0 refuses all.
    public var sessions: Int?
    /// `--max-load`: the machine's load average of one minute.
    public var load: Double?
    /// `--max-cpu`: the share of the machine's processors that is in use, by us and others; 0 to 1.
    public var cpu: Double?
    /// `--max-bandwidth`: media that all calls receive [bytes/s].
    public var bandwidth: Double?
    /// `--max-worker-load`: the share of its time that the least busy worker is at work; 0 to 1.
    ///
    /// Beyond it a worker is late for packets that it has already accepted; the rest is for what comes in bursts.
    public var workerLoad: Double? = 0.92

    public init() {}
}
