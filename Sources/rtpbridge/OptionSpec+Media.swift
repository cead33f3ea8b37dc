extension OptionSpec {
    private static let port = Kind.integer(1...65_535, "port")
    private static let milliseconds = Kind.integer(0...1000, "milliseconds")

    static let media: [OptionSpec] = [
        done(
            "interface/i", .list("[name/]address[!address]"), "", .p1, .media,
            """
            Local address for media, and the one that peers are told; the first may be a device, a host or any. A name \
            base:suffix is one of several that take turns under base; alias=name is another name.
            """),
        done(
            "interfaces-config", .text("prefix"), "", .p2, .media,
            """
            Sections whose names begin with this describe an interface each: name, address, advertised, alias, port-min, \
            port-max, exclude-ports.
            """),
        done("port-min/m", port, "30000", .p1, .media, "Lowest port for media."),
        done("port-max/M", port, "39999", .p1, .media, "Highest port for media."),
        done("exclude-ports", .list("port[-port]"), "", .p2, .media, "Ports between these that are left alone."),
        done(
            "tos/T", .integer(0...255, "byte"), "0", .p1, .media,
            "TOS byte or traffic class of media packets; 184 is expedited forwarding."),
        live(
            "endpoint-learning", .word(["delayed", "immediate", "off", "heuristic"]), "heuristic", .p1, .media,
            "How a peer's address may be taken from its packets."),
        live("dtls-passive", .flag, "", .p1, .media, "Wait for the peer's DTLS handshake where the choice is ours."),
        done(
            "dtls-cert-cipher", .word(["prime256v1", "RSA"]), "prime256v1", .p1, .media,
            "The key of the certificate for DTLS; RSA has 2048 bits."),
        done("dtls-mtu", .integer(256...1500, "bytes"), "1200", .p2, .media, "The longest datagram of a DTLS handshake."),
        done(
            "jitter-buffer", .integer(0...1000, "packets"), "0", .p1, .media,
            "The most delay that jitter may cost converted audio, in packets of 20 ms; 0 leaves it to jb-adaptive-max."),
        done("jb-adaptive-min", milliseconds, "10", .p1, .media, "The least delay of the jitter buffer."),
        done("jb-adaptive-max", milliseconds, "200", .p1, .media, "The most delay of the jitter buffer; more than 500 is 500."),
        done("dtmf-log-dest", .text("host:port"), "", .p1, .media, "Send each digit as a JSON datagram in rtpengine's form."),
        done("dtmf-log-ng-tcp", .flag, "", .p2, .media, "Send each digit to every client of listen-tcp-ng."),
        done(
            "rtcp-interval", .integer(500...60_000, "milliseconds"), "5000", .p1, .media,
            "How often RTCP reports are sent; up to a second is added at random."),
        done(
            "mos", .words(["CQ", "LQ", "G.107", "G.107.2", "legacy"]), "CQ", .p1, .media,
            """
            Quality as in a conversation, or of listening only, where delay costs nothing; the formula is that of G.107 whatever \
            is named.
            """),
        done("recording-dir", .text("path"), "", .p2, .media, "Where recordings are written; without it nothing is recorded."),
        done(
            "recording-method", .word(["pcap", "proc", "all"]), "pcap", .p2, .media,
            "How calls are recorded: packets as pcap, audio as WAV (proc, which is rtpengine's kernel and recorder), or both."),
        done(
            "recording-format", .word(["raw", "eth"]), "raw", .p2, .media,
            "What a packet in a pcap file begins with: the IP header, or Ethernet's."),
        done("record-egress", .flag, "", .p2, .media, "Packets of a pcap file are those that leave, not those that come."),
        done("record-both", .flag, "", .p2, .media, "Packets of a pcap file are those that come and those that leave."),
    ]
}
