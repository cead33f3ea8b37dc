/// One m-line of a party: an entry of `medias`.
public struct MediaReport: Sendable, Equatable {
    /// From 1.
    public var index = 1
    /// `audio`.
    public var type = "audio"
    /// The m-line's protocol, such as `RTP/SAVPF`.
    public var transport = ""
    /// The codec that the party sends, such as `opus/48000/2`; `nil` before its first packet.
    public var codec: String?
    public var streams: [StreamReport] = []
    public var flags: [String] = []
    /// Everything is in place to send media to the party, and its gate is open.
    public var isReady = false
    public var setup = SetupReport()
    /// Frames that were encoded for the party at less than the usual quality, because the processors were busy.
    public var thriftyFrames: UInt64 = 0
    /// The streams that the party sends to us.
    public var ingress: [SSRCReport] = []
    /// The stream that we send to it.
    public var egress: [SSRCReport] = []

    public init() {}

    func dictionary(inlineSSRC: Bool) -> NGDictionary {
        var output: NGDictionary = ["index": .integer(Int64(index)), "type": .string(type), "protocol": .string(transport)]
        output.append("codec", codec.map(NGValue.string))
        output.append("streams", .list(streams.map { .dictionary($0.dictionary) }))
        output.append("flags", .list(flags.map(NGValue.string)))
        output.append("media-ready", .integer(isReady ? 1 : 0))
        output.append("setup", .dictionary(setup.dictionary))
        if thriftyFrames > 0 { output.append("thrifty frames", .integer(Int64(clamping: thriftyFrames))) }
        if inlineSSRC {
            output.append("ingress SSRCs", .list(ingress.map { .dictionary($0.dictionary) }))
            output.append("egress SSRCs", .list(egress.map { .dictionary($0.dictionary) }))
        }
        return output
    }
}

/// When each step of a leg's set-up was reached, from its first plan on [ms]; `nil` for those that were not.
public struct SetupReport: Sendable, Equatable {
    public var ice: Int?
    public var dtls: Int?
    public var ready: Int?
    public var firstIn: Int?
    public var firstOut: Int?

    public init() {}

    var dictionary: NGDictionary {
        var output = NGDictionary()
        for (key, value) in [("ice-ms", ice), ("dtls-ms", dtls), ("ready-ms", ready), ("first-in-ms", firstIn), ("first-out-ms", firstOut)] {
            output.append(key, value.map { .integer(Int64($0)) })
        }
        return output
    }
}

/// One of our ports: an entry of `streams`.
public struct StreamReport: Sendable, Equatable {
    /// An address as the reply writes it.
    public struct Endpoint: Sendable, Equatable {
        public var address: String
        public var port: Int
        public var isIPv6: Bool

        public init(address: String, port: Int, isIPv6: Bool) {
            self.address = address
            self.port = port
            self.isIPv6 = isIPv6
        }

        var family: NGValue { isIPv6 ? "IPv6" : "IPv4" }
        var dictionary: NGDictionary { ["family": family, "address": .string(address), "port": .integer(Int64(port))] }
    }

    /// `nil` where the m-line has no port, as a rejected one.
    public var local: Endpoint?
    /// Where we send to.
    public var remote: Endpoint?
    /// What the peer's SDP says.
    public var advertisedRemote: Endpoint?
    /// RFC 4568 name.
    public var cryptoSuite: String?
    /// Unix time of the last packet from the peer [s]; 0 while none came.
    public var lastPacket: Int64 = 0
    /// The last one that the peer sent.
    public var ssrc: UInt32?
    /// Stands for RTCP alone, on a port of its own or on that of RTP (RFC 5761).
    public var isRTCPOnly = false
    public var flags: [String] = []
    /// RTP that came; RTCP where `isRTCPOnly`.
    public var received = TrafficReport()
    public var sent = TrafficReport()

    public init(local: Endpoint?) { self.local = local }

    var dictionary: NGDictionary {
        var output = NGDictionary()
        if let local {
            output = ["local port": .integer(Int64(local.port)), "local address": .string(local.address), "family": local.family]
        }
        output.append("endpoint", .dictionary(remote?.dictionary ?? NGDictionary()))
        output.append("advertised endpoint", .dictionary(advertisedRemote?.dictionary ?? NGDictionary()))
        output.append("crypto suite", cryptoSuite.map(NGValue.string))
        output.append("last packet", .integer(lastPacket))
        output.append("last kernel packet", 0)
        output.append("last user packet", .integer(lastPacket))
        output.append("SSRC", ssrc.map { .integer(Int64($0)) })
        output.append("flags", .list(flags.map(NGValue.string)))
        output.append("stats", .dictionary(received.dictionary))
        output.append("stats_out", .dictionary(sent.dictionary))
        return output
    }
}

/// `packets`, `bytes` and `errors`.
public struct TrafficReport: Sendable, Equatable {
    public var packets: UInt64
    public var bytes: UInt64
    public var errors: UInt64

    public init(packets: UInt64 = 0, bytes: UInt64 = 0, errors: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
        self.errors = errors
    }

    public static func + (a: TrafficReport, b: TrafficReport) -> TrafficReport {
        TrafficReport(packets: a.packets &+ b.packets, bytes: a.bytes &+ b.bytes, errors: a.errors &+ b.errors)
    }

    var dictionary: NGDictionary {
        [
            "packets": .integer(Int64(clamping: packets)), "bytes": .integer(Int64(clamping: bytes)),
            "errors": .integer(Int64(clamping: errors)),
        ]
    }
}
