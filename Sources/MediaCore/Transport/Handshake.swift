import SRTP
import Wire

/// One DTLS association of a transport, whose expensive work is done here or elsewhere.
///
/// Apart, everything that takes keys or signatures waits until `takeStep`, and goes away with the endpoint. Until `finish` brings
/// both back the endpoint is not touched: what comes meanwhile waits, deadlines as well, and `state` and `keys` are the last known.
final class Handshake {
    private(set) var state = DTLSEndpoint.State.handshaking
    private(set) var keys: DTLSKeys?

    private let endpoint: DTLSEndpoint
    private let isApart: Bool
    /// What has been put out and is not back yet.
    private var away: HandshakeStep?
    private var waiting = HandshakeInput()
    /// When a step that nobody had time for may be put out again.
    private var retryAt: MonotonicInstant?

    private static let retryInterval = Nanoseconds.milliseconds(5)

    /// - Parameter isApart: whether the work is put out as steps.
    init(_ endpoint: DTLSEndpoint, isApart: Bool) {
        self.endpoint = endpoint
        self.isApart = isApart
    }

    // MARK: - Input

    func setRemoteFingerprint(_ fingerprint: DTLSFingerprint, at now: MonotonicInstant) {
        waiting.fingerprint = fingerprint
        takeIn(at: now)
    }

    func hurry(at now: MonotonicInstant) {
        waiting.hurries = true
        takeIn(at: now)
    }

    /// Once.
    func start(at now: MonotonicInstant) {
        waiting.starts = true
        takeIn(at: now)
    }

    func receive(_ datagram: Bytes, at now: MonotonicInstant) -> DropReason? {
        guard DTLSEndpoint.accepts(datagram) else { return .undecodable }
        if case .failed = state { return .undecodable }
        guard waiting.datagrams.count < HandshakeInput.maximumDatagrams else { return .dtlsQueueFull }
        waiting.datagrams.append(datagram.array)
        takeIn(at: now)
        return nil
    }

    func handleDeadline(at now: MonotonicInstant) {
        guard away == nil else { return }
        if retryAt ?? .distantFuture <= now { retryAt = nil }
        // A repetition takes no keys and no signature.
        if endpoint.nextDeadline <= now { endpoint.handleDeadline(at: now) }
        takeOver()
    }

    // MARK: - Output

    var nextDeadline: MonotonicInstant {
        away == nil ? min(retryAt ?? .distantFuture, endpoint.nextDeadline) : .distantFuture
    }

    func drain(into room: MutableBytes) -> Int? { away == nil ? endpoint.drain(into: room) : nil }

    // MARK: - Work that is done elsewhere

    /// The work that waits; `nil` while there is none, or the last is not back.
    func takeStep(at now: MonotonicInstant) -> HandshakeStep? {
        guard away == nil, waiting.isWork, retryAt ?? now <= now else { return nil }
        let step = HandshakeStep(endpoint, waiting)
        waiting = HandshakeInput()
        retryAt = nil
        away = step
        return step
    }

    /// Takes back what `takeStep` gave; `false` if it was another association's.
    func finish(_ step: HandshakeStep, at now: MonotonicInstant) -> Bool {
        guard away === step else { return false }
        away = nil
        if !step.isDone {
            var all = step.input
            all.append(waiting)
            waiting = all
            retryAt = now + Self.retryInterval
        }
        endpoint.place(at: now)
        takeOver()
        takeIn(at: now)
        return true
    }

    /// Takes in what waits, if that costs little or is to be done here.
    private func takeIn(at now: MonotonicInstant) {
        let isCheap = !waiting.isWork || state != .handshaking
        guard away == nil, isCheap || !isApart else { return }
        let input = waiting
        waiting = HandshakeInput()
        retryAt = nil
        input.apply(to: endpoint, at: now)
        takeOver()
    }

    private func takeOver() {
        state = endpoint.state
        keys = endpoint.keys
    }
}
