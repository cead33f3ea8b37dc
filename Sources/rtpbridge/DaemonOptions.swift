import ArgumentParser
import ControlPlane
import NGProtocol

/// The command line and configuration file, parsed. Names, letters and defaults are rtpengine's.
struct DaemonOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge",
        abstract: "A media relay between WhatsApp calls and a PBX, under the ng control protocol.",
        discussion: """
            Every long option is also a key of the configuration file's section [rtpengine], with several values separated \
            by ';'; the command line wins. Options of rtpengine that do nothing here are accepted with a warning.
            """)

    @OptionGroup(title: "Process and log") var process: ProcessOptions
    @OptionGroup(title: "Threads") var threads: ThreadOptions
    @OptionGroup(title: "Control") var control: ControlOptions
    @OptionGroup(title: "Overload") var limits: LimitOptions
    @OptionGroup(title: "Media") var media: MediaOptions
    @OptionGroup(title: "WhatsApp and events") var whatsApp: WhatsAppDaemonOptions
}

struct ProcessOptions: ParsableArguments {
    @Flag(name: [.short, .long], help: "Print the version and exit.") var version = false
    @Flag(help: "Print the codecs that can be transcoded and exit.") var codecs = false
    @Option(help: ArgumentHelp(
        "Read this file, or none. (default: /etc/rtpbridge/rtpbridge.conf or else /etc/rtpengine/rtpengine.conf, if it exists)",
        valueName: "path"))
    var configFile: String?
    @Option(help: ArgumentHelp("Read this section of the file. (default: rtpengine)", valueName: "name"))
    var configSection: String?
    @Option(name: [.short, .long], help: ArgumentHelp("Write the process id to this file.", valueName: "path"))
    var pidfile: String?
    @Flag(name: [.short, .long], help: "Stay in the foreground. It does so in any case.") var foreground = false
    @Option(
        name: [.customShort("L"), .long],
        help: "Least important messages to log, as a syslog level from 0 to 7; SIGUSR1 lowers, SIGUSR2 raises it.")
    var logLevel = 6
    @Flag(name: [.customShort("E"), .long], help: "Log plainly to stderr even where systemd reads the log.") var logStderr = false
    @Flag(help: "Leave the time out of log lines.") var noLogTimestamps = false

    func validate() throws {
        guard (0...7).contains(logLevel) else { throw ValidationError("log-level is from 0 to 7, not \(logLevel)") }
    }
}

struct ControlOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("listen-ng")],
        help: ArgumentHelp("UDP address for the ng protocol; several are allowed.", valueName: "[address:]port"))
    var listenNG: [String] = []
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("End a call when no media came for this long.", valueName: "seconds"))
    var timeout = 60
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The same for a call on hold.", valueName: "seconds"))
    var silentTimeout = 3600
    @Option(help: ArgumentHelp("End a call whose offer nobody answered.", valueName: "seconds"))
    var offerTimeout = 3600
    @Option(
        name: [.customShort("a"), .long],
        help: ArgumentHelp("End every call at this age; 0 never.", valueName: "seconds"))
    var finalTimeout = 0
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Keep a deleted call for this long.", valueName: "seconds"))
    var deleteDelay = 30
    @Option(
        help: ArgumentHelp("Where replies put the statistics of streams: full, inline, global or none.", valueName: "place"),
        transform: word)
    var ssrcReporting = ControlPlaneConfiguration.SSRCReporting.full
    @Flag(help: "Send media to the SIP message's source rather than to the SDP's address.")
    var sipSource = false

    func validate() throws {
        guard deleteDelay >= 0 else { throw ValidationError("delete-delay is not negative, as \(deleteDelay) is") }
    }
}

struct MediaOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            """
            Local address for media, and the one that peers are told; several are allowed. \
            The first address may be a device, a host or any.
            """,
            valueName: "[name/]address[!address]"))
    var interface: [String] = []
    @Option(name: [.customShort("m"), .long], help: "Lowest port for media.")
    var portMin: UInt16 = 30000
    @Option(name: [.customShort("M"), .long], help: "Highest port for media.")
    var portMax: UInt16 = 39999
    @Option(name: [.customShort("T"), .long], help: "TOS byte or traffic class of media packets; 184 is expedited forwarding.")
    var tos: UInt8 = 0
    @Option(
        help: ArgumentHelp("How a peer's address may be taken from its packets: heuristic, immediate, delayed or off.", valueName: "mode"),
        transform: word)
    var endpointLearning = LearningMode.heuristic
    @Flag(help: "Wait for the peer's DTLS handshake where the choice is ours.")
    var dtlsPassive = false
}

/// The value of an option that is one of a closed set of words.
func word<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text) else {
        throw ValidationError("it is none of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
}
