public import Wire
import SRTP

/// What an association has to take in, in this order.
struct HandshakeInput {
    /// The peer's certificate, where a later plan is the first to say it.
    var fingerprint: DTLSFingerprint?
    var starts = false
    /// A new plan: see `DTLSEndpoint.hurry`.
    var hurries = false
    /// Oldest first.
    var datagrams: [[UInt8]] = []

    /// A server's flight of many fragments and its repetition; what comes beyond that is repeated by the peer.
    static let maximumDatagrams = 32

    /// It takes keys to be agreed on, or signatures.
    var isWork: Bool { starts || !datagrams.isEmpty }

    func apply(to endpoint: DTLSEndpoint, at now: MonotonicInstant) {
        if let fingerprint { endpoint.setRemoteFingerprint(fingerprint) }
        if starts { endpoint.start(at: now) }
        if hurries { endpoint.hurry(at: now) }
        for datagram in datagrams { _ = datagram.withBytes { endpoint.receive($0, at: now) } }
    }

    /// Puts what came later behind it.
    mutating func append(_ later: HandshakeInput) {
        fingerprint = later.fingerprint ?? fingerprint
        starts = starts || later.starts
        hurries = hurries || later.hurries
        datagrams += later.datagrams.prefix(max(0, Self.maximumDatagrams - datagrams.count))
    }
}

/// A piece of handshake work, which costs as much as hundreds of packets: done wherever there is time for it.
///
/// A call with `CallConfiguration.handshakesApart` puts it into `CallOutput`; somebody calls `run`, on any thread, and then
/// `Call.finish` on the call's own. Given back without having run it is tried again a little later.
///
/// Unchecked, because it has exactly one owner at a time and so has the endpoint in it: the call touches neither from the moment
/// it puts the step out until it has it back. Whoever hands it on to another thread does so through a lock.
public final class HandshakeStep: @unchecked Sendable {
    private let endpoint: DTLSEndpoint
    let input: HandshakeInput
    private(set) var isDone = false

    init(_ endpoint: DTLSEndpoint, _ input: HandshakeInput) {
        self.endpoint = endpoint
        self.input = input
    }

    /// Does the work, a quarter of a millisecond at most for one flight. Once.
    /// - Parameter now: on the clock of the call.
    public func run(at now: MonotonicInstant) {
        guard !isDone else { return }
        input.apply(to: endpoint, at: now)
        isDone = true
    }
}
