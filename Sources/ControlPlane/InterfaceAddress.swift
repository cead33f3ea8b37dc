public import Wire

/// One `--interface`: `[NAME/]IP[!ADVERTISED]`. Several with one name are one interface with several addresses.
public struct InterfaceAddress: Sendable, Equatable {
    /// The name of an interface that was given none.
    public static let defaultName = "default"

    /// What `direction` calls the interface by; addresses of one name belong together. Interfaces called `base:suffix` take turns,
    /// a call each, where `direction` says `base`.
    public var name: String
    /// What sockets are bound to.
    public var local: IPAddress
    /// What peers are told; equal to `local` without `!`.
    public var advertised: IPAddress
    /// Its own `port-min` to `port-max`; `nil`: those of all.
    public var portRange: ClosedRange<UInt16>?
    /// Its own `exclude-ports`; `nil`: those of all.
    public var excludedPorts: Set<UInt16>?

    public init(name: String = InterfaceAddress.defaultName, local: IPAddress, advertised: IPAddress? = nil) {
        self.name = name
        self.local = local
        self.advertised = advertised ?? local
    }

    /// - Returns: `nil` for an empty name, an address that is none or unspecified, or two addresses of different families.
    public init?(_ text: String) {
        var rest = text[...]
        var name = Self.defaultName
        if let slash = rest.firstIndex(of: "/") {
            name = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        }
        var advertised: IPAddress?
        if let mark = rest.firstIndex(of: "!") {
            guard let address = Self.address(rest[rest.index(after: mark)...]) else { return nil }
            advertised = address
            rest = rest[..<mark]
        }
        guard !name.isEmpty, let local = Self.address(rest), advertised?.family ?? local.family == local.family else { return nil }
        self.init(name: name, local: local, advertised: advertised)
    }

    private static func address(_ text: Substring) -> IPAddress? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        guard let ip = IPAddress(isBracketed ? text.dropFirst().dropLast() : text), !ip.isUnspecified else { return nil }
        return ip
    }
}
