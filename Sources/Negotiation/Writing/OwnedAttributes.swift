import MediaCore
import SDP

/// The attributes that describe one end of the media rather than the session: never passed on, written anew.
enum OwnedAttributes {
    /// ICE (RFC 8839), DTLS (RFC 8842), SDES (RFC 4568), RTCP's port (RFC 3605, 5761), BUNDLE (RFC 9143).
    private static let transport: Set<String> = [
        "candidate", "end-of-candidates", "remote-candidates",
        "ice-ufrag", "ice-pwd", "ice-lite", "ice-options", "ice-pacing", "ice-mismatch",
        "fingerprint", "setup", "connection", "tls-id", "dtls-id", "crypto", "key-mgmt",
        // Capability negotiation (RFC 5939) names other protocols, and keys, of the same end.
        "csup", "creq", "acap", "tcap", "pcfg", "acfg",
        "rtcp", "rtcp-mux", "rtcp-mux-only", "bundle-only",
    ]

    /// What describes a stream of packets, which is another one where packets are made anew: its sources (RFC 5576), the feedback on
    /// it, and header extensions, which end here, because their numbers and clocks would be wrong on the other side.
    private static let stream: Set<String> = [
        "rtcp-rsize", "rtcp-fb", "ssrc", "ssrc-group", "msid", "msid-semantic", "extmap", "extmap-allow-mixed",
        "rid", "simulcast",
    ]

    /// - Parameter passesPackets: some m-line's packets pass as they are, and with them what describes them.
    static func ownsSession(_ line: SDPLine, passesPackets: Bool = false) -> Bool {
        guard let name = line.attributeName else { return false }
        if transport.contains(name) { return true }
        // Each m-line says it for itself, as one of ours has no header extensions.
        if stream.contains(name) { return !(passesPackets && name == "msid-semantic") }
        return name == "group" && line.attributeValue?.hasPrefix("BUNDLE") ?? false
    }

    /// DTLS of what is no RTP, which has its ends at the peers.
    private static let security: Set<String> = ["fingerprint", "setup", "connection", "tls-id", "dtls-id"]

    static func securesDatagrams(_ line: SDPLine) -> Bool { line.attributeName.map(security.contains) ?? false }

    static func ownsMedia(_ line: SDPLine, relay: RelayKind = .audio) -> Bool {
        guard let name = line.attributeName else { return false }
        return transport.contains(name) || (relay == .audio && stream.contains(name))
    }
}
