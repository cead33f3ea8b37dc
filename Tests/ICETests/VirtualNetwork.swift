import ICE
import Testing
import Wire

/// Two agents in virtual time, joined by a seeded network that loses, delays, reorders and repeats datagrams.
final class VirtualNetwork {
    /// One agent with its sockets and, if it is behind a NAT, the addresses that others see.
    final class Host {
        let name: String
        let agent: ICEAgent
        let credentials: ICECredentials
        /// By slot.
        var addresses: [TransportAddress]
        /// By slot; differs from `addresses` behind a NAT.
        var publicAddresses: [TransportAddress]
        let priorities: [UInt32]
        /// Drops what arrives while it says so.
        var isDeaf: (MonotonicInstant) -> Bool = { _ in false }
        var events: [(at: MonotonicInstant, event: ICEEvent)] = []
        var inputs: [ICEInput] = []

        init(_ name: String, agent: ICEAgent, credentials: ICECredentials, addresses: [TransportAddress], priorities: [UInt32]) {
            self.name = name
            self.agent = agent
            self.credentials = credentials
            self.addresses = addresses
            publicAddresses = addresses
            self.priorities = priorities
            agent.setLocalCandidates(addresses.indices.map {
                LocalCandidate(slot: $0, address: addresses[$0], priority: priorities[$0])
            })
        }

        var candidates: [ICECandidate] {
            addresses.indices.map {
                ICECandidate(foundation: "\($0)", component: 1, priority: priorities[$0], address: addresses[$0], kind: .host)
            }
        }

        var connectedPairs: [ICEPair] {
            events.compactMap { if case .connected(let pair) = $0.event { pair } else { nil } }
        }
        var connectedAt: MonotonicInstant? { events.first { if case .connected = $0.event { true } else { false } }?.at }
    }

    struct Datagram {
        let bytes: [UInt8]
        let source: TransportAddress
        let destination: TransportAddress
        let arrival: MonotonicInstant
    }

    private(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private(set) var hosts: [Host] = []
    /// 0 to 1.
    var loss = 0.0
    var duplication = 0.0
    var minimumDelay = Nanoseconds.milliseconds(10)
    var maximumDelay = Nanoseconds.milliseconds(10)
    /// Datagrams between these never arrive.
    var isBlocked: (_ source: TransportAddress, _ destination: TransportAddress) -> Bool = { _, _ in false }
    /// Everything sent, with the time of sending.
    private(set) var sent: [(at: MonotonicInstant, datagram: Datagram)] = []
    private var flying: [Datagram] = []
    private var random: SplitMix64
    private var buffer = [UInt8](repeating: 0, count: ICEAgent.maximumMessageLength)

    init(seed: UInt64 = 1) { random = SplitMix64(seed: seed) }

    func add(_ host: Host) { hosts.append(host) }

    /// Gives `host` the description of `other`.
    func describe(
        _ other: Host, to host: Host, isLite: Bool = false, candidates: [ICECandidate]? = nil, credentials: ICECredentials? = nil
    ) {
        host.agent.setRemote(
            credentials: credentials ?? other.credentials, candidates: candidates ?? other.candidates, isLite: isLite, at: now)
        collect(from: host)
    }

    func run(for duration: Nanoseconds) { run(until: now + duration) }

    func run(until end: MonotonicInstant, while goesOn: () -> Bool = { true }) {
        while goesOn() {
            let arrival = flying.map(\.arrival).min() ?? .distantFuture
            let deadline = hosts.map(\.agent.nextDeadline).min() ?? .distantFuture
            let next = max(now, min(arrival, deadline))
            guard next <= end else { break }
            now = next
            for host in hosts where host.agent.nextDeadline <= now {
                host.agent.handleDeadline(at: now)
                #expect(host.agent.nextDeadline > now, "\(host.name) does not get on")
                collect(from: host)
            }
            deliver()
        }
        if goesOn() { now = max(now, end) }
    }

    /// Hands a datagram to a host as if it had come from `source`.
    @discardableResult
    func inject(_ bytes: [UInt8], into host: Host, slot: Int = 0, from source: TransportAddress) -> ICEInput {
        let result = bytes.withBytes { host.agent.receive($0, slot: slot, from: source, at: now) }
        host.inputs.append(result)
        collect(from: host)
        return result
    }

    private func deliver() {
        let due = flying.filter { $0.arrival <= now }
        flying.removeAll { $0.arrival <= now }
        for datagram in due {
            for host in hosts where !host.isDeaf(now) {
                guard let slot = host.publicAddresses.firstIndex(of: datagram.destination) else { continue }
                inject(datagram.bytes, into: host, slot: slot, from: datagram.source)
            }
        }
    }

    /// Takes what the agent wants sent and reported.
    func collect(from host: Host) {
        while let transmit = buffer.withMutableBytes({ host.agent.drain(into: $0) }) {
            send(Array(buffer.prefix(transmit.length)), from: host.publicAddresses[transmit.slot], to: transmit.destination)
        }
        while let event = host.agent.nextEvent() { host.events.append((now, event)) }
    }

    private func send(_ bytes: [UInt8], from source: TransportAddress, to destination: TransportAddress) {
        let copies = chance(duplication) ? 2 : 1
        for _ in 0..<copies {
            let spread = UInt64(maximumDelay.count - minimumDelay.count)
            let delay = minimumDelay + Nanoseconds(Int64(spread == 0 ? 0 : random.next() % spread))
            let datagram = Datagram(bytes: bytes, source: source, destination: destination, arrival: now + delay)
            sent.append((now, datagram))
            if !chance(loss), !isBlocked(source, destination) { flying.append(datagram) }
        }
    }

    private func chance(_ probability: Double) -> Bool {
        Double(random.next() >> 11) / Double(1 << 53) < probability
    }
}

extension VirtualNetwork {
    struct Sent {
        let at: MonotonicInstant
        let destination: TransportAddress
        let messageClass: STUNMessage.Class
        let usesCandidate: Bool
        let role: STUNMessage.Role?
        let errorCode: Int?
        let transactionID: STUNMessage.TransactionID
    }

    /// What a host sent, taken apart.
    func messages(from host: Host, since start: MonotonicInstant = MonotonicInstant(nanoseconds: 0)) -> [Sent] {
        sent.filter { $0.at >= start && host.publicAddresses.contains($0.datagram.source) }.compactMap { entry in
            entry.datagram.bytes.withBytes { bytes in
                STUNMessage.parse(bytes).map {
                    Sent(
                        at: entry.at, destination: entry.datagram.destination, messageClass: $0.messageClass,
                        usesCandidate: $0.usesCandidate, role: $0.role, errorCode: $0.errorCode, transactionID: $0.transactionID)
                }
            }
        }
    }

    func checks(from host: Host, since start: MonotonicInstant = MonotonicInstant(nanoseconds: 0)) -> [Sent] {
        messages(from: host, since: start).filter { $0.messageClass == .request }
    }
}
