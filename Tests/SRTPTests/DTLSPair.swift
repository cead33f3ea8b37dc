import SRTP
import Wire

/// Certificates that all tests share; making one costs more than a handshake.
enum DTLSFixtures {
    static let one = try! DTLSCertificate.generate()
    static let other = try! DTLSCertificate.generate()
    static let rsa = try! DTLSCertificate.generate(.rsa2048)
}

/// A client, a server and the network between them, in virtual time.
final class DTLSPair {
    struct Sent {
        /// Counts the datagrams of its direction, from 0.
        let number: Int
        let isFromClient: Bool
        let at: MonotonicInstant
        let bytes: [UInt8]
    }

    var time = VirtualTime()
    let start: MonotonicInstant
    let client: DTLSEndpoint
    let server: DTLSEndpoint
    /// Everything that was sent, lost or not.
    private(set) var sent: [Sent] = []
    /// What becomes of a datagram: the delay of each copy that arrives; empty when it is lost.
    var network: (Sent) -> [Nanoseconds] = { _ in [.milliseconds(10)] }
    /// Changes a datagram on its way.
    var tamper: (Sent) -> [UInt8] = { $0.bytes }
    private var inFlight: [(arrival: MonotonicInstant, isFromClient: Bool, bytes: [UInt8])] = []

    init(client: DTLSEndpoint, server: DTLSEndpoint) {
        self.client = client
        self.server = server
        start = time.now
    }

    /// Two ends that know each other's certificate.
    convenience init(
        clientCertificate: DTLSCertificate = DTLSFixtures.one, serverCertificate: DTLSCertificate = DTLSFixtures.other,
        hash: DTLSFingerprint.Hash = .sha256, clientProfiles: [SRTPSuite] = DTLSEndpoint.defaultProfiles,
        serverProfiles: [SRTPSuite] = DTLSEndpoint.defaultProfiles, mtu: Int = DTLSEndpoint.defaultMTU
    ) throws {
        self.init(
            client: try DTLSEndpoint(
                certificate: clientCertificate, isClient: true, remoteFingerprint: serverCertificate.fingerprint(hash),
                profiles: clientProfiles, mtu: mtu),
            server: try DTLSEndpoint(
                certificate: serverCertificate, isClient: false, remoteFingerprint: clientCertificate.fingerprint(hash),
                profiles: serverProfiles, mtu: mtu))
    }

    var isEstablished: Bool { client.state == .established && server.state == .established }
    /// Both ends have keys, and each one's are the other's.
    var keysAgree: Bool {
        guard let ours = client.keys, let theirs = server.keys else { return false }
        return ours.local == theirs.remote && ours.remote == theirs.local && ours.local != ours.remote
    }
    /// Since the client began [ms].
    var elapsed: Int64 { (time.now - start).milliseconds }

    func begin() {
        server.start(at: time.now)
        client.start(at: time.now)
        collect()
    }

    /// Starts both ends and lets time pass until nothing more happens, or `limit` has passed.
    func run(for limit: Nanoseconds = .seconds(60)) {
        begin()
        advance(to: start + limit)
    }

    func advance(to end: MonotonicInstant) {
        while let next = nextMoment, next <= end {
            time.advance(to: next)
            deliver()
            if client.nextDeadline <= time.now { client.handleDeadline(at: time.now) }
            if server.nextDeadline <= time.now { server.handleDeadline(at: time.now) }
            collect()
        }
    }

    /// Until both are established or have failed.
    func runUntilSettled() {
        begin()
        while client.state == .handshaking || server.state == .handshaking, let next = nextMoment { advance(to: next) }
    }

    private var nextMoment: MonotonicInstant? {
        let arrival = inFlight.map(\.arrival).min() ?? .distantFuture
        let next = min(arrival, min(client.nextDeadline, server.nextDeadline))
        return next == .distantFuture ? nil : next
    }

    private func deliver() {
        let due = inFlight.filter { $0.arrival <= time.now }.sorted { $0.arrival < $1.arrival }
        inFlight.removeAll { $0.arrival <= time.now }
        for datagram in due {
            let receiver = datagram.isFromClient ? server : client
            _ = datagram.bytes.withBytes { receiver.receive($0, at: time.now) }
            collect()
        }
    }

    /// Puts what both ends have to send on the network.
    func collect() {
        for isFromClient in [true, false] {
            for bytes in (isFromClient ? client : server).drainAll() {
                let number = sent.filter { $0.isFromClient == isFromClient }.count
                let datagram = Sent(number: number, isFromClient: isFromClient, at: time.now, bytes: bytes)
                sent.append(datagram)
                let arriving = tamper(datagram)
                for delay in network(datagram) { inFlight.append((time.now + delay, isFromClient, arriving)) }
            }
        }
    }
}

extension DTLSEndpoint {
    func drainAll() -> [[UInt8]] {
        var room = [UInt8](repeating: 0, count: Self.maximumDatagramLength)
        var datagrams: [[UInt8]] = []
        while let length = room.withMutableBytes({ drain(into: $0) }) { datagrams.append(Array(room[..<length])) }
        return datagrams
    }

    @discardableResult
    func receive(_ datagram: [UInt8], at now: MonotonicInstant) -> Bool {
        datagram.withBytes { receive($0, at: now) }
    }
}
