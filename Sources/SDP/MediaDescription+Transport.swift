/// `a=rtcp` (RFC 3605).
public struct RTCPAttribute: Sendable, Equatable {
    public var port: UInt16
    /// `nil` means the address of the `c=` line.
    public var address: SDPAddress?

    init?(parsing value: String) {
        let words = value.words
        guard let port = words.first?.decimal.flatMap({ UInt16(exactly: $0) }) else { return nil }
        self.port = port
        guard words.count > 1 else { return }
        guard let address = SDPAddress(words[1...]) else { return nil }
        self.address = address
    }
}

extension MediaDescription {
    /// `nil` if absent or malformed.
    public var rtcp: RTCPAttribute? { attribute("rtcp").flatMap(RTCPAttribute.init(parsing:)) }
    /// RFC 5761 section 5.1.1, RFC 8858.
    public var offersRTCPMux: Bool { hasAttribute("rtcp-mux") || hasAttribute("rtcp-mux-only") }
    /// RFC 5888 section 4.
    public var mid: String? { attribute("mid").flatMap { $0.isEmpty ? nil : $0 } }
    /// The well-formed `a=candidate` lines.
    public var candidates: [SDPCandidate] { attributes("candidate").compactMap(SDPCandidate.init(parsing:)) }
}

extension SessionDescription {
    /// The identification tags of the BUNDLE groups (RFC 9143 section 5).
    public var bundledMIDs: [String] {
        attributes("group").flatMap { value -> [String] in
            let words = value.words
            return words.first == "BUNDLE" ? words.dropFirst().map(String.init) : []
        }
    }

    /// Whether an identification tag is in one of the groups; without a list of them all, as each m-line asks.
    public func bundles(_ mid: String) -> Bool {
        lines.contains { line in
            guard line.isAttribute("group"), let (first, rest) = line.content?.firstWord else { return false }
            return first == "BUNDLE" && rest.hasWord(mid)
        }
    }

    /// An attribute that may stand at either level: the media section's wins.
    public func attribute(_ name: String, of media: MediaDescription) -> String? { media.attribute(name) ?? attribute(name) }

    /// `a=ice-lite` at session level, where RFC 8839 section 5.3 puts it, or in the media section, where Meta also writes it.
    public func isICELite(_ media: MediaDescription) -> Bool { hasAttribute("ice-lite") || media.hasAttribute("ice-lite") }

    /// The address that holds for a media section: its own `c=` line's, else the session's.
    public func connection(of media: MediaDescription) -> SDPAddress? { media.connection ?? connection }

    /// The direction that holds for a media section; `sendrecv` without any (RFC 8866 section 6.7).
    public func direction(of media: MediaDescription) -> MediaDirection { media.direction ?? direction ?? .sendrecv }
}
