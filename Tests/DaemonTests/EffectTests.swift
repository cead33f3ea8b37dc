import ControlPlane
import Foundation
import Glibc
import MediaCore
@testable import rtpbridge
import Testing
import Wire

/// No option is read and then forgotten: each that is called done changes what the daemon is started with.
@Suite struct EffectTests {
    private static let sourceSets = "own = 10.0.0.0/8\n"
    private static let base = ["--interface=127.0.0.1", "--listen-ng=127.0.0.1:22222"]

    /// A value that is not the default, and what else must be given for it to count.
    private static let examples: [String: [String]] = [
        "listen-ng": ["--listen-ng=127.0.0.1:22223"], "listen-tcp-ng": ["--listen-tcp-ng=127.0.0.1:22222"],
        "listen-http": ["--listen-http=127.0.0.1:2225"], "listen-https": ["--listen-https=127.0.0.1:2226", "--https-cert=/c"],
        "https-cert": ["--https-cert=/c"], "https-key": ["--https-cert=/c", "--https-key=/k"],
        "http-idle-timeout": ["--http-idle-timeout=5"],
        "listen-cli": ["--listen-cli=127.0.0.1:9900"], "control-tos": ["--control-tos=184"], "control-pmtu": ["--control-pmtu=dont"],
        "ssrc-reporting": ["--ssrc-reporting=none"], "timeout": ["-o", "70"], "silent-timeout": ["-s", "70"],
        "offer-timeout": ["--offer-timeout=70"], "final-timeout": ["-a", "70"], "delete-delay": ["-d", "0"],
        "max-sessions": ["--max-sessions=0"],
        "max-load": ["--max-load=5"], "max-cpu": ["--max-cpu=90"], "max-bandwidth": ["--max-bandwidth=1000"],
        "max-worker-load": ["--max-worker-load=0"], "profile": ["--profile=whatsapp"], "shared-ports": ["--shared-ports=8"],
        "event-udp": ["--event-udp=127.0.0.1:9"], "event-webhook": ["--event-webhook=http://127.0.0.1/"],
        "event-webhook-secret": ["--event-webhook=http://127.0.0.1/", "--event-webhook-secret=0123456789abcdef0123"],
        "event-webhook-queue": ["--event-webhook=http://127.0.0.1/", "--event-webhook-queue=5"],
        "listen-events": ["--listen-events=127.0.0.1:8080"], "event-kinds": ["--event-kinds=dtmf"], "event-silence": ["--event-silence=0"],
        "event-quality": ["--event-quality=0"], "interface": ["--interface=two/127.0.0.2"], "port-min": ["-m", "31000"],
        "port-max": ["-M", "39000"],
        "exclude-ports": ["--exclude-ports=30000-30009"], "tos": ["-T", "184"], "endpoint-learning": ["--endpoint-learning=off"],
        "dtls-cert-cipher": ["--dtls-cert-cipher=RSA"], "dtls-mtu": ["--dtls-mtu=1000"], "jitter-buffer": ["--jitter-buffer=5"],
        "jb-adaptive-min": ["--jb-adaptive-min=40"], "jb-adaptive-max": ["--jb-adaptive-max=100"],
        "dtmf-log-dest": ["--dtmf-log-dest=127.0.0.1:9"],
        "rtcp-interval": ["--rtcp-interval=1000"], "mos": ["--mos=LQ"], "recording-dir": ["--recording-dir=/r"],
        "recording-method": ["--recording-dir=/r", "--recording-method=all"],
        "recording-format": ["--recording-dir=/r", "--recording-format=eth"],
        "record-egress": ["--recording-dir=/r", "--record-egress"],
        "num-threads": ["--num-threads=7"], "handshake-threads": ["--num-threads=7", "--handshake-threads=3"],
        "packet-io": ["--packet-io=io-uring"],
    ]
    /// Used beside the configuration: by the log, and by the process itself.
    private static let elsewhere: Set<String> = [
        "foreground", "pidfile", "log-stderr", "no-log-timestamps", "log-facility", "log-facility-cdr", "log-facility-dtmf", "log-name",
        "log-format", "log-mark-prefix", "log-mark-suffix", "split-logs", "max-log-line-length", "log-level",
    ]
    /// They are in the file only, or need one.
    private static let ofFiles: Set<String> = ["templates", "interfaces-config", "source-sets"]
    /// Compared by their value.
    private static let apart: Set<String> = ["record-both"]

    private func description(_ arguments: [String]) throws -> String {
        var text = ""
        dump(try Settings(try Arguments(arguments), nil).makeConfiguration(), to: &text)
        return text.replacing(/0x[0-9a-f]+/, with: "")
    }

    @Test func everyDoneOptionChangesTheConfiguration() throws {
        let base = try description(Self.base)
        for spec in OptionSpec.all {
            guard case .done = spec.status, !Self.elsewhere.union(Self.ofFiles).union(Self.apart).contains(spec.name),
                  !spec.name.hasPrefix("log-level-") else { continue }
            let example = try #require(spec.kind == .flag ? ["--" + spec.name] : Self.examples[spec.name], "\(spec.name)")
            // What else has to be given must not be what makes the difference.
            let without = example.filter { !$0.hasPrefix("--\(spec.name)") }
            let reference = example.count > 1 && without.count < example.count ? try? description(Self.base + without) : base
            #expect(try description(Self.base + example) != reference ?? base, "\(spec.name)")
        }
    }

    @Test func bothDirectionsAreRecorded() throws {
        let settings = try Settings(try Arguments(Self.base + ["--recording-dir=/r", "--record-both"]), nil)
        #expect(try settings.makeConfiguration().recording?.packets == [.received, .sent])
    }

    @Test func whatDoesNotFitTogetherIsRefused() {
        for wrong in [
            ["--interface=127.0.0.1"], ["--listen-ng=127.0.0.1:2223"], ["--listen-cli=127.0.0.1:9900", "--interface=127.0.0.1"],
            Self.base + ["-m", "40000", "-M", "30000"], Self.base + ["--listen-https=127.0.0.1:2226"],
            Self.base + ["--interface=1.2.3"], Self.base + ["--interface=127.0.0.1!nowhere"], Self.base + ["--interface=x=y"],
            Self.base + ["--listen-ng=127.0.0.1"], Self.base + ["--exclude-ports=x"], Self.base + ["--profile=telegram"],
            Self.base + ["--event-webhook-secret=secret"], Self.base + ["--dtmf-log-dest=2223"], Self.base + ["--source-sets=/nonexistent"],
        ] {
            let error = #expect(throws: StartError.self) { try description(wrong) }
            #expect(error?.status == 2 && error?.description.contains("\n") == false, "\(wrong)")
        }
    }

    @Test func interfacesHaveNamesAliasesAndPortsOfTheirOwn() throws {
        let file = """
            [rtpengine]
            interface = pub:1/127.0.0.1!203.0.113.1;pub:2/127.0.0.2;priv/lo;inside=priv
            interfaces-config = if-
            listen-ng = 2223
            port-max = 40000
            exclude-ports = 30100
            [if-a]
            name = own
            address = 127.0.0.3
            port-min = 20000
            port-max = 20099
            exclude-ports = 20010-20019,20050
            alias = other
            """
        let configuration = try Settings(Arguments([]), ConfigFile(text: file, path: "f")).makeConfiguration()
        let names = configuration.interfaces.map(\.name)
        #expect(names.starts(with: ["pub:1", "pub:2", "priv"]))
        #expect(Set(names) == ["pub:1", "pub:2", "priv", "inside", "own", "other"])
        #expect(configuration.interfaces[0].advertised.description == "203.0.113.1")
        #expect(configuration.portRange == 30000...40000 && configuration.excludedPorts == [30100])
        for interface in configuration.interfaces {
            let isOwn = ["own", "other"].contains(interface.name)
            #expect(interface.portRange == (isOwn ? 20000...20099 : nil))
            #expect(interface.excludedPorts == (isOwn ? Set((20010...20019).map { UInt16($0) }).union([20050]) : nil))
        }
    }

    @Test func anyIsEveryAddressButLoopback() throws {
        // A machine without a network has no other.
        guard let configuration = try? Settings(Arguments(["-i", "any", "-n", "2223"]), nil).makeConfiguration() else { return }
        #expect(!configuration.interfaces.isEmpty)
        #expect(configuration.interfaces.allSatisfy { $0.name == "default" && $0.local.description != "127.0.0.1" })
    }

    @Test func sectionsAndFilesAreRead() throws {
        let path = NSTemporaryDirectory() + "rtpbridge-sets-\(getpid())"
        try Self.sourceSets.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let file = "[rtpengine]\ninterface=127.0.0.1\nlisten-ng=2223\ntemplates=t\nsource-sets=\(path)\n[t]\ndefault=trust-address"
        let configuration = try Settings(Arguments([]), ConfigFile(text: file, path: "f")).makeConfiguration()
        #expect(configuration.sourceSets.networks["own"]?.count == 1)
        #expect(configuration.templates != ControlPlaneConfiguration(engine: configuration.engine).templates)
    }
}
