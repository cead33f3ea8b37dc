/// The table of ARCHITECTURE.md: every target of ours, how high it stands, and what it may import.
///
/// An arrow may go down only, and two modules of one layer do not see each other; the table is itself checked for that.
enum Layers {
    struct Module {
        var layer: Int
        /// Targets of this package.
        var imports: Set<String>
        /// Modules of the system and of other packages.
        var outside: Set<String> = []
    }

    static let shims: Set<String> = ["CCrypto", "CSRTP", "COpus", "CSpanDSP", "CSpeexDSP", "CSockets"]

    static let modules: [String: Module] = [
        "Wire": Module(layer: 0, imports: []),
        "RTP": Module(layer: 1, imports: ["Wire"]),
        "SDP": Module(layer: 1, imports: ["Wire"]),
        "NGProtocol": Module(layer: 1, imports: ["Wire"]),
        "ICE": Module(layer: 1, imports: ["Wire", "CCrypto"]),
        "Codecs": Module(layer: 1, imports: ["Wire", "COpus", "CSpanDSP", "CSpeexDSP"]),
        "SRTP": Module(layer: 2, imports: ["Wire", "RTP", "CSRTP", "CCrypto"]),
        "MediaCore": Module(layer: 3, imports: ["Wire", "RTP", "SRTP", "ICE", "Codecs"]),
        "Negotiation": Module(layer: 4, imports: ["Wire", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "MediaCore"]),
        "MediaIO": Module(layer: 4, imports: ["Wire", "MediaCore", "CSockets"], outside: ["Glibc", "Synchronization"]),
        "ControlPlane": Module(
            layer: 5,
            imports: [
                "Wire", "CCrypto", "CSockets", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "Codecs", "MediaCore", "Negotiation", "MediaIO",
            ],
            outside: [
                "AsyncHTTPClient", "Dispatch", "Foundation", "Glibc", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL",
                "NIOWebSocket", "Synchronization",
            ]),
        "rtpbridge": Module(
            layer: 6, imports: ["Wire", "SRTP", "NGProtocol", "MediaCore", "Negotiation", "MediaIO", "ControlPlane"],
            outside: ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Logging", "Synchronization"]),
        "rtpbridge-ctl": Module(layer: 6, imports: ["Negotiation"], outside: ["ArgumentParser", "FoundationEssentials", "Glibc"]),
        // Peers to talk to, for the demo and the scenarios: as pure as the core.
        "PeerSimulator": Module(layer: 3, imports: ["Wire", "RTP", "SRTP", "ICE", "SDP", "Codecs"]),
        "rtpbridge-demo": Module(
            layer: 6, imports: ["Wire", "SRTP", "NGProtocol", "Codecs", "PeerSimulator", "CSockets"],
            outside: ["ArgumentParser", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"]),
    ]

    /// Modules without a socket, a clock, a lock, a thread or a random number of their own: everything below `MediaIO`.
    static let pure: Set<String> = [
        "Wire", "RTP", "SDP", "NGProtocol", "ICE", "Codecs", "SRTP", "MediaCore", "Negotiation", "PeerSimulator",
    ]
    /// Modules that bytes from the network reach unchecked, or that carry every call: nothing here may trap.
    static let untrappable = pure.union(["MediaIO"])
    /// The only modules that other Swift packages may be used in.
    static let aboveMediaIO: Set<String> = ["ControlPlane", "rtpbridge", "rtpbridge-ctl", "rtpbridge-demo"]

    static func layer(of module: String) -> Int { shims.contains(module) ? 0 : modules[module]?.layer ?? 0 }
}
