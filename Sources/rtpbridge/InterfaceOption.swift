import ControlPlane
import MediaIO
import Wire

/// `--interface`: `[NAME/]ADDRESS[!ADVERTISED]` or `ALIAS=NAME`.
///
/// ADDRESS is an IP address, in brackets or not, a device, a host name, or `any` for every address that is not
/// a loopback one; it may so stand for several.
enum InterfaceOption {
    /// - Parameter known: what earlier options gave, which an alias may name; it stands at the beginning of the result.
    static func resolve(_ texts: [String], after known: [InterfaceAddress] = []) throws(StartError) -> [InterfaceAddress] {
        var interfaces = known
        for text in texts {
            if let sign = text.firstIndex(of: "=") {
                let (alias, name) = (String(text[..<sign]), text[text.index(after: sign)...])
                let aliased = interfaces.filter { $0.name == name }
                guard !aliased.isEmpty, !alias.isEmpty else { throw wrong(text, "there is no interface '\(name)' before it") }
                interfaces += aliased.map { interface in
                    var interface = interface
                    interface.name = alias
                    return interface
                }
            } else {
                interfaces += try read(text)
            }
        }
        return interfaces
    }

    private static func read(_ text: String) throws(StartError) -> [InterfaceAddress] {
        var rest = text[...]
        var name = InterfaceAddress.defaultName
        if let slash = rest.firstIndex(of: "/") {
            name = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
            guard !name.isEmpty else { throw wrong(text, "the name is empty") }
        }
        let parts = rest.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        let locals = try localAddresses(parts[0], text)
        guard parts.count == 2 else { return locals.map { InterfaceAddress(name: name, local: $0) } }
        guard let advertised = address(parts[1]) ?? HostName.addresses(of: String(parts[1])).first, !advertised.isUnspecified else {
            throw wrong(text, "'\(parts[1])' is no address")
        }
        let matching = locals.filter { $0.family == advertised.family }
        guard !matching.isEmpty else { throw wrong(text, "the two addresses are of different families") }
        return matching.map { InterfaceAddress(name: name, local: $0, advertised: advertised) }
    }

    private static func localAddresses(_ part: Substring, _ text: String) throws(StartError) -> [IPAddress] {
        if let ip = address(part) {
            guard !ip.isUnspecified, LocalAddress.isLocal(ip) else { throw wrong(text, "\(ip) is not an address of this machine") }
            return [ip]
        }
        let all = LocalAddress.all
        let ofDevices = all.filter { part == "any" ? !$0.isLoopback : $0.device == part }.map(\.ip)
        if !ofDevices.isEmpty { return ofDevices }
        let ofHost = part.isEmpty || part == "any" ? [] : HostName.addresses(of: String(part)).filter(LocalAddress.isLocal)
        guard !ofHost.isEmpty else { throw wrong(text, "'\(part)' is neither an address nor a device of this machine") }
        return ofHost
    }

    private static func address(_ part: Substring) -> IPAddress? {
        part.hasPrefix("[") && part.hasSuffix("]") ? IPAddress(part.dropFirst().dropLast()) : IPAddress(part)
    }

    private static func wrong(_ text: String, _ reason: String) -> StartError { .usage("interface '\(text)': \(reason)") }
}
