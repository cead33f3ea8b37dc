import ICE
import RTP
public import Wire

/// One of the few fixed ports that Meta serves its calls from: it tells them apart by the business's address and port.
///
/// The calls keep their own clocks and outputs; the edge only hands on what arrives. Until a pair is nominated the user name of a
/// check says which call it is for.
public final class MetaEdge {
    public let address: TransportAddress
    public private(set) var calls: [WhatsAppEndpoint] = []
    public private(set) var violations: [Violation] = []
    /// Datagrams that belong to no call.
    public private(set) var strays = 0

    public init(address: TransportAddress) { self.address = address }

    /// - Parameter call: one whose configuration has the edge's address.
    public func add(_ call: WhatsAppEndpoint) { calls.append(call) }

    /// - Returns: the call that took it.
    @discardableResult
    public func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) -> WhatsAppEndpoint? {
        let owners = calls.filter { !$0.isEnded && $0.transport.remote == source }
        if owners.count > 1 { reportSharing(of: source) }
        let named = call(namedIn: datagram)
        if let owner = owners.first, let named, named !== owner { reportSharing(of: source) }
        guard let call = owners.first ?? named else {
            strays += 1
            return nil
        }
        call.receive(datagram, from: source, at: now)
        return call
    }

    /// The call whose fragment the USERNAME of a check begins with (RFC 8445 section 7.2.2).
    private func call(namedIn datagram: [UInt8]) -> WhatsAppEndpoint? {
        guard datagram.withBytes(PacketKind.classify) == .stun else { return nil }
        let name = datagram.withBytes { STUNMessage.parse($0)?.username?.array } ?? []
        return calls.first { !$0.isEnded && $0.transport.ice != nil && name.starts(with: Array($0.credentials.ufrag.utf8) + [0x3a]) }
    }

    private func reportSharing(of source: TransportAddress) {
        let violation = Violation(rule: .oneCallPerAddress, detail: "two calls from \(source)")
        if !violations.contains(violation) { violations.append(violation) }
    }
}
