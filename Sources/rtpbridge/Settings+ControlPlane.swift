import ControlPlane
import Foundation
import Glibc
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import SRTP
import Wire

extension Settings {
    /// What the control plane shall do, with names resolved and addresses checked against this machine.
    func makeConfiguration() throws(StartError) -> ControlPlaneConfiguration {
        var result = ControlPlaneConfiguration(engine: engine)
        try addListeners(to: &result)
        try addAddresses(to: &result)
        try addLiveSettings(to: &result)
        result.certificateKey = text("dtls-cert-cipher") == "RSA" ? .rsa2048 : .ecdsaP256
        result.recording = recording
        result.templates = SignallingTemplates(templates)
        if let host = text("dtmf-log-dest") { result.dtmfLogDestination = try EndpointOption.resolve(host, option: "dtmf-log-dest") }
        result.reportsDigitsOverTCP = isSet("dtmf-log-ng-tcp")
        try addEvents(to: &result)
        return result
    }

    /// What a reload takes over too.
    func addLiveSettings(to result: inout ControlPlaneConfiguration) throws(StartError) {
        result.controlTrafficClass = UInt8(clamping: integer("control-tos"))
        result.timeouts = timeouts
        result.deleteDelay = .seconds(integer("delete-delay"))
        result.limits = limits
        result.usesSIPSource = isSet("sip-source")
        result.dtlsPassive = isSet("dtls-passive")
        result.learning = word("endpoint-learning") ?? result.learning
        result.ssrcReporting = word("ssrc-reporting") ?? result.ssrcReporting
        result.sourceSets = if let path = text("source-sets") { try Self.readSourceSets(path) } else { .builtIn }
    }

    private var engine: EngineConfiguration {
        var media = MediaSettings()
        let frame = 20
        let most = integer("jitter-buffer") > 0 ? integer("jitter-buffer") * frame : integer("jb-adaptive-max")
        media.jitterDelay = .milliseconds(min(integer("jb-adaptive-min"), most))...(.milliseconds(most))
        media.reportInterval = .milliseconds(integer("rtcp-interval"))
        media.handshakeDatagram = integer("dtls-mtu")
        media.ratesListeningOnly = texts("mos").contains("LQ")
        var engine = EngineConfiguration(
            threads: optionalInteger("num-threads") ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            handshakeThreads: integer("handshake-threads"), sockets: SocketOptions(trafficClass: UInt8(clamping: integer("tos"))))
        engine.packetIO = word("packet-io") ?? .auto
        engine.pinsThreads = isSet("pin-threads")
        engine.media = media
        if integer("shared-ports") > 0 { engine.sharedPorts = SharedPortConfiguration(count: integer("shared-ports")) }
        return engine
    }

    /// As in rtpengine a timeout of 0 or less is the default one, but for the last, which it turns off.
    private var timeouts: ControlPlaneConfiguration.Timeouts {
        func span(_ name: String, _ standard: Nanoseconds) -> Nanoseconds { integer(name) > 0 ? .seconds(integer(name)) : standard }
        var timeouts = ControlPlaneConfiguration.Timeouts()
        timeouts.media = span("timeout", timeouts.media)
        timeouts.silent = span("silent-timeout", timeouts.silent)
        timeouts.offer = span("offer-timeout", timeouts.offer)
        timeouts.final = span("final-timeout", .zero)
        return timeouts
    }

    private var limits: AdmissionLimits {
        var limits = AdmissionLimits()
        limits.sessions = integer("max-sessions") < 0 ? nil : integer("max-sessions")
        limits.load = number("max-load") > 0 ? number("max-load") : nil
        limits.cpu = number("max-cpu") > 0 ? number("max-cpu") / 100 : nil
        limits.bandwidth = integer("max-bandwidth") > 0 ? Double(integer("max-bandwidth")) : nil
        limits.workerLoad = number("max-worker-load") > 0 ? number("max-worker-load") / 100 : nil
        return limits
    }

    private var recording: RecordingConfiguration? {
        text("recording-dir").map { directory in
            var recording = RecordingConfiguration(directory: directory)
            recording.method = word("recording-method") ?? recording.method
            recording.format = word("recording-format") ?? recording.format
            recording.packets = isSet("record-both") ? [.received, .sent] : isSet("record-egress") ? .sent : .received
            return recording
        }
    }

    private static func readSourceSets(_ path: String) throws(StartError) -> SourceSets {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .usage("cannot read the source sets in \(path)") }
        do throws(SourceSets.Problem) { return try SourceSets(parsing: text) } catch {
            throw .usage("source sets in \(path), line \(error.line): \(error.detail)")
        }
    }
}
