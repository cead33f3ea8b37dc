import NGProtocol
import Wire

/// A setting that `list`, `set` and `params` know, as data.
struct RuntimeSetting: Sendable {
    /// The word of `list` and `set`.
    let name: String
    /// The daemon's option.
    let option: String
    /// The plain value, as `params` shows it.
    let value: @Sendable (RuntimeSettings) -> String
    /// What `list` says.
    let show: @Sendable (RuntimeSettings) -> String
    /// Takes a number and returns what `set` says of it.
    let set: @Sendable (Substring, inout RuntimeSettings) -> String

    /// What does not begin with a number is refused with rtpengine's words.
    private static func fail(_ name: String, _ text: Substring, _ why: String) -> String {
        "Fail setting \(name) to \(String(text).printable); \(why)\n"
    }

    private static func whole(_ text: Substring) -> Int? { Int(text.prefix { $0 == "-" || $0.isWholeNumber }) }

    private static func real(_ text: Substring) -> Double? {
        guard let number = Double(text.prefix { "-.0123456789".contains($0) }), number.isFinite else { return nil }
        return number
    }

    // MARK: The kinds of settings

    static func sessions(_ name: String, _ option: String) -> RuntimeSetting {
        @Sendable func value(_ settings: RuntimeSettings) -> String { settings.limits.sessions.map(String.init) ?? "-1" }
        return RuntimeSetting(
            name: name, option: option, value: value, show: { "Maximum sessions configured on rtpengine: \(value($0))\n" },
            set: { text, settings in
                guard let number = whole(text) else { return fail(name, text, "no digists found") }
                guard number >= -1 else { return fail(name, text, "either positive or -1 values allowed") }
                settings.limits.sessions = number < 0 ? nil : number
                return "Success setting \(name) to \(number)\(number < 0 ? "; disable feature" : "")\n"
            })
    }

    /// A limit of the machine; 0 turns it off.
    ///
    /// - Parameter scale: how much of the word's unit the setting's unit is.
    static func limit(
        _ name: String, _ option: String, _ meaning: String, digits: Int, scale: Double = 1,
        _ path: any WritableKeyPath<AdmissionLimits, Double?> & Sendable
    ) -> RuntimeSetting {
        @Sendable func value(_ settings: RuntimeSettings) -> String {
            DecimalText.fixed((settings.limits[keyPath: path] ?? 0) * scale, digits)
        }
        return RuntimeSetting(
            name: name, option: option, value: value, show: { "Maximum \(meaning) configured on rtpengine: \(value($0))\n" },
            set: { text, settings in
                guard let number = real(text) else { return fail(name, text, "no digists found") }
                guard number >= 0 else { return fail(name, text, "either positive or 0 values allowed") }
                settings.limits[keyPath: path] = number > 0 ? number / scale : nil
                return "Success setting \(name) to \(value(settings))\(number > 0 ? "" : "; disable feature")\n"
            })
    }

    /// - Parameter standard: what 0 stands for.
    static func timeout(
        _ name: String, _ option: String, _ title: String, standard: Nanoseconds,
        _ path: any WritableKeyPath<ControlPlaneConfiguration.Timeouts, Nanoseconds> & Sendable
    ) -> RuntimeSetting {
        @Sendable func value(_ settings: RuntimeSettings) -> String { String(Int64(settings.timeouts[keyPath: path].seconds)) }
        return RuntimeSetting(
            name: name, option: option, value: value, show: { "\(title)=\(value($0))\n" },
            set: { text, settings in
                guard let number = whole(text) else { return fail("timeout", text, "no digists found") }
                guard (0...Self.longest).contains(number) else { return fail("timeout", text, "errno=0") }
                settings.timeouts[keyPath: path] = number == 0 ? standard : .seconds(number)
                return "Success setting timeout to \(number)\n"
            })
    }

    /// A year [s].
    private static let longest = 31_536_000

    static let deleteDelay = RuntimeSetting(
        name: "deletedelay", option: "delete-delay", value: { String(Int64($0.deleteDelay.seconds)) },
        show: { "\(Int64($0.deleteDelay.seconds))\n" },
        set: { text, settings in
            guard let number = whole(text) else { return fail("delete-delay", text, "no digists found") }
            guard (0...longest).contains(number) else { return fail("delete-delay", text, "errno=0") }
            settings.deleteDelay = .seconds(number)
            return "Success setting delete-delay to \(number)\n"
        })

    static let controlTrafficClass = RuntimeSetting(
        name: "controltos", option: "control-tos", value: { String($0.controlTrafficClass) }, show: { "\($0.controlTrafficClass)\n" },
        set: { text, settings in
            guard let number = whole(text) else { return fail("control-tos", text, "no digists found") }
            guard let byte = UInt8(exactly: number) else { return fail("control-tos", text, "it is from 0 to 255") }
            settings.controlTrafficClass = byte
            return "Success setting control-tos to \(number)\n"
        })
}

extension CommandLineInterface {
    /// In rtpengine's order.
    nonisolated static let settings: [RuntimeSetting] = [
        .sessions("maxsessions", "max-sessions"),
        .limit("maxcpu", "max-cpu", "CPU usage", digits: 1, scale: 100, \.cpu),
        .limit("maxload", "max-load", "load average", digits: 2, \.load),
        .limit("maxbw", "max-bandwidth", "bandwidth", digits: 0, \.bandwidth),
        .timeout("timeout", "timeout", "TIMEOUT", standard: .seconds(60), \.media),
        .timeout("silenttimeout", "silent-timeout", "SILENT_TIMEOUT", standard: .seconds(3_600), \.silent),
        .timeout("offertimeout", "offer-timeout", "OFFER_TIMEOUT", standard: .zero, \.offer),
        .timeout("finaltimeout", "final-timeout", "FINAL_TIMEOUT", standard: .zero, \.final),
        .controlTrafficClass,
        .deleteDelay,
    ]

    /// What rtpengine-ctl asks for and this daemon has not; with rtpengine's defaults.
    nonisolated static let redisSettings = [
        ("redisallowederrors", -1), ("redisdisabletime", 10), ("redisconnecttimeout", 1_000), ("rediscmdtimeout", 0),
    ]

    /// `set`.
    nonisolated static let setCommands: [CLICommand] = {
        var commands: [CLICommand] = [
            .text("maxopenfiles", takes: "<number>", required: 1, "files and sockets that the daemon may open") { _, rest in
                setOpenFiles(rest)
            },
        ]
        for setting in settings {
            commands.append(.text(setting.name, takes: "<number>", required: 1, "the setting \(setting.option)") { interface, rest in
                var settings = interface.environment.settings
                let answer = setting.set(rest, &settings)
                interface.registry.change(settings)
                return answer
            })
        }
        commands.append(.text(
            "loglevel", takes: "[<subsystem>] <level>", required: 1, "the level of the log, 0 to 7, or of one subsystem"
        ) { interface, rest in interface.setLogLevel(rest) })
        for name in redisSettings.map(\.0) + ["redisdisable"] {
            commands.append(.text(name, takes: "<number>", required: 1, "there is no redis here") { _, rest in
                "Fail setting \(name) to \(String(rest).printable); there is no redis here\n"
            })
        }
        return commands
    }()

    private func setLogLevel(_ rest: Substring) -> String {
        let levels = environment.configuration.logLevels
        let words = rest.split(whereSeparator: \.isBlank)
        guard let text = words.last, let level = Int(text), (-1...7).contains(level) else {
            return "Fail setting loglevel to \(String(words.last ?? "").printable); it is from 0 to 7\n"
        }
        guard words.count > 1 else {
            levels.write(nil, level)
            return "Success setting loglevel to \(level)\n"
        }
        guard levels.names.contains(String(words[0])) else { return "Unknown subsystem: \(String(words[0]).printable)\n" }
        levels.write(levels.subsystems.isEmpty ? nil : String(words[0]), level)
        return "Success setting loglevel to \(level)\n"
    }
}
