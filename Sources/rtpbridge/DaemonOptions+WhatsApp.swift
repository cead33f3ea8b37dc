import ArgumentParser
import ControlPlane
import Foundation
import MediaCore
import MediaIO
import Negotiation
import Wire

/// What rtpengine has no words for.
struct WhatsAppDaemonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Legs on this interface, or on the default one, are WhatsApp legs without the flag in each request; several are allowed.",
            valueName: "[interface/]whatsapp"))
    var profile: [String] = []
    @Option(help: ArgumentHelp("ICE legs share this many ports of each address; 0 gives each leg its own.", valueName: "ports"))
    var sharedPorts = 0
    @Option(help: ArgumentHelp("A file of named networks for allowed-sources: name = network, network ...", valueName: "path"))
    var sourceSets: String?
    @Option(help: ArgumentHelp("Send events as JSON datagrams.", valueName: "host:port"))
    var eventUDP: String?
    @Option(help: ArgumentHelp("Post events to a web server.", valueName: "URL"))
    var eventWebhook: String?
    @Option(
        help: ArgumentHelp(
            "Sign what is posted with HMAC-SHA256; set it in the configuration file, as command lines are seen by all.",
            valueName: "secret"))
    var eventWebhookSecret: String?
    @Option(help: ArgumentHelp("Events that may wait for the web server.", valueName: "events"))
    var eventWebhookQueue = 1000
    @Option(help: ArgumentHelp("TCP address of the WebSocket server that events are read from.", valueName: "[address:]port"))
    var listenEvents: String?
    @Option(help: ArgumentHelp("Which events: a list such as dtmf,ended, or all.", valueName: "kinds"))
    var eventKinds = "all"
    @Option(help: ArgumentHelp("Report a party that sends no media for this long; 0 never.", valueName: "seconds"))
    var eventSilence = 10
    @Option(help: ArgumentHelp("Report a party whose speech falls below this MOS; 0 never.", valueName: "MOS"))
    var eventQuality = 3.0

    func validate() throws {
        guard (0...1024).contains(sharedPorts) else { throw ValidationError("shared-ports is from 0 to 1024, not \(sharedPorts)") }
        // Each try looks through all of them: many more would keep a processor busy while the server is down.
        guard (1...10_000).contains(eventWebhookQueue) else {
            throw ValidationError("event-webhook-queue is from 1 to 10000, not \(eventWebhookQueue)")
        }
        guard (0...86_400).contains(eventSilence) else { throw ValidationError("event-silence is from 0 to 86400, not \(eventSilence)") }
        guard (0...4.5).contains(eventQuality) else { throw ValidationError("event-quality is from 0 to 4.5, not \(eventQuality)") }
        guard eventWebhookSecret == nil || eventWebhook != nil else { throw ValidationError("event-webhook-secret needs event-webhook") }
    }
}

extension WhatsAppDaemonOptions {
    /// Adds what the options say to a configuration whose interfaces are known.
    func apply(to configuration: inout ControlPlaneConfiguration) throws(StartError) {
        for text in profile { try apply(profile: text, to: &configuration) }
        if sharedPorts > 0 { configuration.engine.sharedPorts = SharedPortConfiguration(count: sharedPorts) }
        if let path = sourceSets { configuration.sourceSets = try Self.readSourceSets(path) }
        configuration.events = try events()
        configuration.observation = ObservationPlan(
            silenceAfter: eventSilence > 0 ? .seconds(eventSilence) : nil, lowQuality: eventQuality > 0 ? eventQuality : nil)
    }

    private func apply(profile text: String, to configuration: inout ControlPlaneConfiguration) throws(StartError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let word = parts.last, let known = LegProfile(rawValue: word) else {
            throw .usage("profile '\(text)': it is not [interface/]whatsapp")
        }
        let first = configuration.interfaces.first?.name ?? ""
        let name = parts.count == 2 ? parts[0] : first
        guard configuration.interfaces.contains(where: { $0.name == name }) else {
            throw .usage("profile '\(text)': there is no interface '\(name)'")
        }
        configuration.profiles[name] = known
        // The first one is also where legs are that no request names an interface for.
        if name == first { configuration.profiles[""] = known }
    }

    private static func readSourceSets(_ path: String) throws(StartError) -> SourceSets {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .usage("cannot read the source sets in \(path)") }
        do throws(SourceSets.Problem) { return try SourceSets(parsing: text) } catch {
            throw .usage("\(path): line \(error.line): \(error.detail)")
        }
    }

    private func events() throws(StartError) -> EventConfiguration {
        var configuration = EventConfiguration()
        do throws(EventConfigurationError) {
            if let eventUDP { configuration.udp = try EventHost(eventUDP) }
        } catch { throw .usage("event-udp: \(error)") }
        do throws(EventConfigurationError) {
            if let eventWebhook {
                var webhook = WebhookConfiguration(url: try WebhookURL(eventWebhook), secret: nil)
                if let eventWebhookSecret { webhook.secret = try WebhookSecret(eventWebhookSecret) }
                webhook.queueLength = eventWebhookQueue
                configuration.webhook = webhook
            }
        } catch { throw .usage("event-webhook: \(error)") }
        do throws(EventConfigurationError) { configuration.kinds = try EventKind.list(eventKinds) } catch {
            throw .usage("event-kinds: \(error)")
        }
        if let listenEvents, let address = try ListenOption.resolve(listenEvents, option: "listen-events").first {
            configuration.webSocket = WebSocketConfiguration(address: address)
        }
        return configuration
    }
}
