import SDP

/// The attributes that describe one end of the media rather than the session: never passed on, written anew.
enum OwnedAttributes {
    /// ICE (RFC 8839), DTLS (RFC 8842), SDES (RFC 4568), RTCP's port (RFC 3605, 5761), sources (RFC 5576), BUNDLE (RFC 9143).
    private static let transport: Set<String> = [
        "candidate", "end-of-candidates", "remote-candidates",
        "ice-ufrag", "ice-pwd", "ice-lite", "ice-options", "ice-pacing", "ice-mismatch",
        "fingerprint", "setup", "connection", "tls-id", "dtls-id", "crypto", "key-mgmt",
        // Capability negotiation (RFC 5939) names other protocols, and keys, of the same end.
        "csup", "creq", "acap", "tcap", "pcfg", "acfg",
        "rtcp", "rtcp-mux", "rtcp-mux-only", "rtcp-rsize", "rtcp-fb",
        "ssrc", "ssrc-group", "msid", "msid-semantic", "bundle-only",
        // Header extensions end here: their numbers and clocks would be wrong on the other side.
        "extmap", "extmap-allow-mixed",
    ]

    static func ownsSession(_ line: SDPLine) -> Bool {
        guard let name = line.attributeName else { return false }
        return transport.contains(name) || (name == "group" && line.attributeValue?.hasPrefix("BUNDLE") ?? false)
    }

    static func ownsMedia(_ line: SDPLine) -> Bool { line.attributeName.map(transport.contains) ?? false }
}
