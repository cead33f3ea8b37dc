extension OptionSpec {
    private static let seconds = Kind.integer(-1...10_000_000, "seconds")
    private static let address = Kind.list("[address:]port")

    static let control: [OptionSpec] = [
        done("listen-ng/n", address, "", .p1, .control, "UDP address for the ng protocol."),
        done("listen-tcp-ng/N", address, "", .p2, .control, "TCP address for the ng protocol."),
        done("listen-http", address, "", .p1, .control, "HTTP and WebSocket: ng, commands, /ping and /metrics."),
        done("listen-https", address, "", .p2, .control, "The same under TLS; needs https-cert."),
        done("https-cert", .text("path"), "", .p2, .control, "Certificate for listen-https, with those that lead to its root (PEM)."),
        done("https-key", .text("path"), "in the certificate's file", .p2, .control, "Its private key (PEM)."),
        done("http-idle-timeout", .integer(0...86_400, "seconds"), "120", .p2, .control, "Close a silent HTTP connection; 0 never."),
        done("listen-cli/c", address, "", .p1, .control, "TCP address for the operator's commands, as rtpbridge-ctl sends them."),
        live(
            "control-tos", .integer(0...255, "byte"), "0", .p2, .control,
            "TOS byte or traffic class of ng replies and of the command line."),
        done(
            "control-pmtu", .word(["want", "dont"]), "the system's", .p2, .control,
            "Whether long ng replies by UDP are sent in packets that routers must not fragment."),
        live(
            "templates", .text("section"), "", .p2, .control,
            "Section of the file whose keys are names that `template` may give, each with rtpp-flags as its value."),
        live("sip-source", .flag, "", .p1, .control, "Send media to the SIP message's source rather than to the SDP's address."),
        live(
            "ssrc-reporting", .word(["full", "inline", "global", "none"]), "full", .p1, .control,
            "Where replies put the statistics of streams: with each media, in a list of their own, in both, nowhere."),
    ]

    static let calls: [OptionSpec] = [
        live("timeout/o", seconds, "60", .p1, .calls, "End a call when no media came for this long."),
        live("silent-timeout/s", seconds, "3600", .p1, .calls, "The same for a call on hold."),
        live("offer-timeout", seconds, "3600", .p1, .calls, "End a call whose offer nobody answered."),
        live("final-timeout/a", seconds, "0", .p1, .calls, "End every call at this age; 0 never."),
        live("delete-delay/d", .integer(0...10_000_000, "seconds"), "30", .p1, .calls, "Keep a deleted call for this long."),
        live("max-sessions", .integer(-1...10_000_000, "calls"), "-1", .p1, .calls, "Refuse new calls beyond this many; -1 is no limit."),
        live(
            "max-load", .number(0...100_000, "load"), "0", .p1, .calls,
            "Refuse new calls from this load average of a minute on; 0 is no limit."),
        live(
            "max-cpu", .number(0...100, "percent"), "0", .p1, .calls,
            "Refuse new calls while the machine's processors are busier; 0 is no limit."),
        live(
            "max-bandwidth", .integer(0...Int.max, "bytes per second"), "0", .p1, .calls,
            "Refuse new calls while media comes faster; 0 is no limit."),
        live(
            "max-worker-load", .number(0...100, "percent"), "92", .own, .calls,
            "Refuse new calls while every media thread is busier; 0 is no limit."),
    ]

    static let events: [OptionSpec] = [
        done(
            "profile", .list("[interface/]whatsapp"), "", .own, .events,
            "Legs on this interface, or on the default one, are WhatsApp legs without the flag in each request."),
        done(
            "shared-ports", .integer(0...1024, "ports"), "0", .own, .events,
            "ICE legs share this many ports of each address; 0 gives each leg its own."),
        live(
            "source-sets", .text("path"), "Meta's networks as meta", .own, .events,
            "A file of named networks for allowed-sources: name = network, network ..."),
        done("event-udp", .text("host:port"), "", .own, .events, "Send events as JSON datagrams."),
        done("event-webhook", .text("URL"), "", .own, .events, "Post events to a web server."),
        done(
            "event-webhook-secret", .text("secret"), "", .own, .events,
            "Sign what is posted with HMAC-SHA256; set it in the configuration file, as command lines are seen by all."),
        // Each try looks through all of them: many more would keep a processor busy while the server is down.
        done("event-webhook-queue", .integer(1...10_000, "events"), "1000", .own, .events, "Events that may wait for the web server."),
        done("listen-events", .text("[address:]port"), "", .own, .events, "TCP address of the WebSocket server that events are read from."),
        done("event-kinds", .text("kinds"), "all", .own, .events, "Which events: a list such as dtmf,ended, or all."),
        done(
            "event-silence", .integer(0...86_400, "seconds"), "10", .own, .events,
            "Report a party that sends no media for this long; 0 never."),
        done("event-quality", .number(0...4.5, "MOS"), "3", .own, .events, "Report a party whose speech falls below this MOS; 0 never."),
    ]
}
