import ControlPlane
import MediaCore
import Negotiation
import Wire

/// What rtpengine has no words for.
extension Settings {
    /// - Parameter configuration: with its interfaces.
    func addEvents(to configuration: inout ControlPlaneConfiguration) throws(StartError) {
        for text in texts("profile") { try apply(profile: text, to: &configuration) }
        configuration.events = try events()
        let silence = integer("event-silence"), quality = number("event-quality")
        configuration.observation = ObservationPlan(
            silenceAfter: silence > 0 ? .seconds(silence) : nil, lowQuality: quality > 0 ? quality : nil)
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

    private func events() throws(StartError) -> EventConfiguration {
        var configuration = EventConfiguration()
        do throws(EventConfigurationError) {
            if let host = text("event-udp") { configuration.udp = try EventHost(host) }
        } catch { throw .usage("event-udp: \(error)") }
        configuration.webhook = try webhook()
        do throws(EventConfigurationError) { configuration.kinds = try EventKind.list(text("event-kinds") ?? "all") } catch {
            throw .usage("event-kinds: \(error)")
        }
        if let text = text("listen-events"), let address = try ListenOption.resolve(text, option: "listen-events").first {
            configuration.webSocket = WebSocketConfiguration(address: address)
        }
        return configuration
    }

    private func webhook() throws(StartError) -> WebhookConfiguration? {
        guard let url = text("event-webhook") else {
            guard !isSet("event-webhook-secret") else { throw .usage("event-webhook-secret needs event-webhook") }
            return nil
        }
        do throws(EventConfigurationError) {
            var webhook = WebhookConfiguration(url: try WebhookURL(url), secret: nil)
            if let secret = text("event-webhook-secret") { webhook.secret = try WebhookSecret(secret) }
            webhook.queueLength = integer("event-webhook-queue")
            return webhook
        } catch { throw .usage("event-webhook: \(error)") }
    }
}
