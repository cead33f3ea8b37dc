import MediaCore
import Wire

/// Which ports a leg needs; leases what is missing and gives up what is too much.
struct SocketNeed {
    /// The wanted families; the first is that of `m=` and `c=`.
    var families: [IPAddress.Family]
    /// A port for RTCP next to that of RTP.
    var rtcp: Bool

    /// - Parameters:
    ///   - preferred: the family for `m=` and `c=`, if the interface has it.
    ///   - bothFamilies: one candidate of each family, for ICE.
    init(interface: String?, preferred: IPAddress.Family, bothFamilies: Bool, rtcp: Bool, resources: any MediaResources) {
        let available = resources.families(of: interface)
        let first = available.contains(preferred) ? preferred : available.first ?? preferred
        families = [first] + (bothFamilies ? available.filter { $0 != first } : [])
        self.rtcp = rtcp
    }

    /// Ports that the leg has stay. A pair for RTP and RTCP is leased as a whole, so a leg that comes
    /// to need RTCP later moves to new ports.
    /// - Returns: the slots that are no longer used.
    func satisfy(_ leg: inout Leg, resources: any MediaResources) throws(NegotiationError) -> [Int] {
        var removed: [Int] = []
        if leg.sockets.isEmpty || (rtcp && leg.rtcpSocket == nil) || (rtcp && leg.family != families.first) {
            removed = leg.slots
            let leased = try resources.leaseSockets(interface: leg.interface, families: families, withRTCP: rtcp, ice: nil)
            guard !leased.rtp.isEmpty else { throw .outOfPorts }
            leg.sockets = leased.rtp
            leg.rtcpSocket = leased.rtcp
            return removed
        }
        let missing = families.filter { family in !leg.sockets.contains { $0.family == family } }
        if !missing.isEmpty { leg.sockets += try resources.leaseSockets(interface: leg.interface, families: missing, withRTCP: false, ice: nil).rtp }
        removed = leg.sockets.filter { !families.contains($0.family) }.map(\.slot)
        leg.sockets = families.compactMap { family in leg.sockets.first { $0.family == family } }
        if !rtcp { removed += leg.dropRTCPSocket() }
        return removed
    }
}

extension Leg {
    /// Every slot that the leg uses.
    var slots: [Int] { sockets.map(\.slot) + (rtcpSocket.map { [$0.slot] } ?? []) }

    /// - Returns: the slot that is no longer used, if there was one.
    mutating func dropRTCPSocket() -> [Int] {
        guard let slot = rtcpSocket?.slot else { return [] }
        rtcpSocket = nil
        return [slot]
    }

    /// Without ICE only the address of `m=` and `c=` is used.
    /// - Returns: the slots that are no longer used.
    mutating func dropOtherFamilies() -> [Int] {
        let removed = sockets.dropFirst().map(\.slot)
        sockets = Array(sockets.prefix(1))
        return removed
    }
}

extension LocalSocket {
    var family: IPAddress.Family { advertised.ip.family }
}
