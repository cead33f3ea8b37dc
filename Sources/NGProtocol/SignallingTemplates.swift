/// Sets of options that the configuration names: each is a text as that of `rtpp-flags`.
///
/// The one called `default` is applied to every message, then the one with the command's name, then the message's own keys,
/// which may name a further one by `template` at any place.
public struct SignallingTemplates: Sendable, Equatable {
    private var texts: [String: String]

    /// - Parameter texts: by name. Of a command's name a blank may be written as `-` or `_`.
    public init(_ texts: [String: String] = [:]) {
        var canonical: [String: String] = [:]
        for (name, text) in texts { canonical[OptionTable.canonical(name)] = text }
        self.texts = canonical
    }

    static let standard = "default"

    subscript(name: String) -> String? { texts.isEmpty ? nil : texts[OptionTable.canonical(name)] }
}
