import ArgumentParser
import Glibc
import Wire

/// What both commands are told.
struct LoadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the daemon takes ng commands over UDP.", valueName: "host:port")) var ng: Endpoint
    @Option(help: "The daemon's process, whose CPU time and memory are read.") var daemonPid: Int32
    @Option(help: "Which calls: \(Profile.allCases.map(\.rawValue).joined(separator: ", ")).") var profile: Profile
    @Option(help: "How many calls.") var calls: Int
    @Option(help: "Pin this process to a processor.") var cpu: Int?
    @Option(help: "Of all that is random.") var seed: UInt64 = 1
    @Option(help: "Speech to send: 16-bit WAVE files; made-up speech without any.") var speech: [String] = []
    @Option(help: "Calls that are between offer and keys at a time.") var setUpWindow = 8
    @Option(help: "Ports of each side; each serves many calls.") var sockets = 16
    @Option(help: "A further ng flag for every offer and answer; repeatable.") var flag: [String] = []
    @Option(help: "Our IPv4 address as Meta; one of the loopback network that no other process uses, by default.")
    var metaAddress = Self.loopback(2)
    @Option(help: "Our IPv4 address as the PBX.") var pbxAddress = Self.loopback(3)

    /// Other than another process': a daemon that was left running may still send to the addresses of a former one.
    private static func loopback(_ host: Int) -> String {
        let process = Int(getpid())
        return "127.\(1 + process / 250 % 250).\(1 + process % 250).\(host)"
    }

    func validate() throws {
        guard (1...50_000).contains(calls) else { throw ValidationError("1 to 50000 calls") }
        guard (1...256).contains(sockets), (1...1000).contains(setUpWindow) else {
            throw ValidationError("1 to 256 sockets, a window of 1 to 1000")
        }
        guard (0..<1024).contains(cpu ?? 0) else { throw ValidationError("no such processor") }
        for text in [metaAddress, pbxAddress] where IPAddress(text)?.family != .v4 { throw ValidationError("\(text) is no IPv4 address") }
    }
}

/// What happens to packets on their way to the daemon.
struct NetworkOptions: ParsableArguments {
    @Option(help: "Each packet waits up to so long at random [ms].") var jitterMs = 0.0
    @Option(help: "So many packets are not sent [%].") var lossPercent = 0.0
    @Option(help: "So many packets are overtaken by the next [%].") var reorderPercent = 0.0

    func validate() throws {
        guard (0...200).contains(jitterMs), (0...50).contains(lossPercent), (0...50).contains(reorderPercent) else {
            throw ValidationError("jitter up to 200 ms; loss and reordering up to 50 %")
        }
    }

    var network: Network { Network(jitter: jitterMs, loss: lossPercent, reordering: reorderPercent) }
}

/// The made-up network between us and the daemon.
struct Network {
    /// [ms]
    var jitter = 0.0
    /// [%]
    var loss = 0.0
    /// [%]
    var reordering = 0.0

    var isPerfect: Bool { jitter == 0 && loss == 0 && reordering == 0 }
}

/// `127.0.0.1:2223`.
struct Endpoint: ExpressibleByArgument {
    let address: UInt32
    let port: UInt16

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let ip = IPAddress(parts[0] == "localhost" ? "127.0.0.1" : String(parts[0])), ip.family == .v4,
              let port = UInt16(parts[1]) else { return nil }
        address = UInt32(truncatingIfNeeded: ip.low)
        self.port = port
    }
}
