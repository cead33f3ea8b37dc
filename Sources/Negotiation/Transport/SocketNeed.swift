import ICE
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
            let use = leg.socketUse
            let leased = try resources.leaseSockets(interface: leg.interface, families: families, withRTCP: rtcp, ice: use)
            guard !leased.rtp.isEmpty else { throw .outOfPorts }
            leg.sockets = leased.rtp
            leg.rtcpSocket = leased.rtcp
            leg.settledUse = use
            return removed
        }
        let missing = families.filter { family in !leg.sockets.contains { $0.family == family } }
        if !missing.isEmpty {
            leg.sockets += try resources.leaseSockets(
                interface: leg.interface, families: missing, withRTCP: false, ice: leg.socketUse).rtp
        }
        removed = leg.sockets.filter { !families.contains($0.family) }.map(\.slot)
        leg.sockets = families.compactMap { family in leg.sockets.first { $0.family == family } }
        if !rtcp { removed += leg.dropRTCPSocket() }
        return removed + (try leg.settleSockets(resources))
    }
}

extension Leg {
    /// How our ports can be told from those of other calls that share them; `nil` where they cannot be shared, because there is
    /// no ICE or a port for RTCP beside it.
    var socketUse: ICESocketUse? {
        guard let ice, mux == .agreed else { return nil }
        return ICESocketUse(localUfrag: ice.credentials.ufrag, remotes: peer?.ice?.candidates.map(\.address) ?? [])
    }

    /// Says what is new of our ICE or of the peer's candidates. A peer that turns out to have no ICE has its one address.
    /// - Returns: the slots that are no longer used, because other sockets take their place.
    mutating func settleSockets(_ resources: any MediaResources) throws(NegotiationError) -> [Int] {
        let bare = settledUse.map { ICESocketUse(localUfrag: $0.localUfrag, remotes: peer?.rtp.map { [$0] } ?? []) }
        guard !sockets.isEmpty, let use = socketUse ?? bare, use != settledUse else { return [] }
        settledUse = use
        guard let others = try resources.settleSockets(sockets, interface: interface, ice: use), !others.isEmpty else { return [] }
        let kept = Set(others.map(\.slot))
        let removed = sockets.map(\.slot).filter { !kept.contains($0) }
        sockets = others
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
