extension OptionSpec {
    /// The subsystems that rtpengine gives a log level of their own.
    static let logSubsystems = [
        "core", "spandsp", "ffmpeg", "transcoding", "codec", "rtcp", "ice", "crypto", "srtp", "internals", "http", "control", "dtx",
    ]
    static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]
    private static let levels = Kind.integer(0...7, "level")
    private static let path = Kind.text("path")

    static let process = commandLineOnly + running + logging + logSubsystems.map { subsystem in
        live(
            "log-level-" + subsystem, levels, "", .p2, .process,
            "The same for what is logged about \(subsystem); --log-level unless given.")
    }

    private static let commandLineOnly: [OptionSpec] = [
        once("help/h", .flag, "", "Print this and exit."),
        once("version/v", .flag, "", "Print the version and exit."),
        once("codecs", .flag, "", "Print the codecs that can be transcoded and exit."),
        once(
            "config-file", path, "/etc/rtpbridge/rtpbridge.conf or else /etc/rtpengine/rtpengine.conf, if there is one",
            "Read this file, or none."),
        once("config-section", .text("name"), "rtpengine", "Read this section of the file."),
    ]

    private static func once(_ name: String, _ kind: Kind, _ standard: String, _ summary: String) -> OptionSpec {
        OptionSpec(name, kind, standard, .p1, .commandLine, .process, summary)
    }

    private static let running: [OptionSpec] = [
        done("foreground/f", .flag, "", .p1, .process, "Stay in the foreground instead of becoming a daemon."),
        done("pidfile/p", path, "", .p1, .process, "Write the process id to this file."),
        done("num-threads", .integer(1...256, "threads"), "one for each processor", .p2, .process, "Threads that carry media."),
        done(
            "handshake-threads", .integer(1...256, "threads"), "1", .own, .process,
            "Threads for DTLS handshakes, beside those for media; no more than these."),
        done("pin-threads", .flag, "", .own, .process, "Keep each media thread on a processor of its own."),
        done(
            "packet-io", .word(["auto", "epoll", "io-uring"]), "auto", .own, .process,
            "How packets pass between sockets and media threads; auto is epoll."),
    ]

    private static let logging: [OptionSpec] = [
        live(
            "log-level/L", levels, "6", .p1, .process,
            "Least important messages to log, as a syslog level; SIGUSR1 lowers, SIGUSR2 raises it."),
        done("log-stderr/E", .flag, "", .p1, .process, "Log to stderr instead of syslog; also where there is no syslog."),
        done("no-log-timestamps", .flag, "", .p1, .process, "Leave the time out of lines on stderr."),
        done("log-facility", .word(facilities), "daemon", .p2, .process, "The facility of what goes to syslog."),
        done(
            "log-facility-cdr", .word(facilities), "", .p2, .process,
            "The facility of the last line of each call; --log-facility unless given."),
        done("log-facility-dtmf", .word(facilities), "", .p2, .process, "Write each digit to syslog with this facility too, as JSON."),
        done("log-name", .text("name"), "rtpbridge", .p2, .process, "What the process is called in syslog."),
        done(
            "log-format", .word(["default", "parsable"]), "default", .p2, .process,
            "Where a line's fields stand: behind the message, or in front of it and in quotes."),
        done("log-mark-prefix", .text("text"), "", .p2, .process, "Put this in front of call-ids and tags in the log."),
        done("log-mark-suffix", .text("text"), "", .p2, .process, "Put this behind call-ids and tags in the log."),
        done("split-logs", .flag, "", .p3, .process, "Log a message of several lines as several messages."),
        done(
            "max-log-line-length", .integer(0...1_000_000, "bytes"), "0: no limit on stderr, 500 in syslog", .p3, .process,
            "Break longer lines."),
    ]
}
