extension SDESAttribute {
    /// Reads what follows `a=crypto:`; `nil` for every line that cannot be used.
    public init?(parsing value: Substring) {
        do throws(SDESError) { self = try Self.parse(value) } catch { return nil }
    }

    /// Reads what follows `a=crypto:`, and says why it cannot be used.
    ///
    /// The grammar is `tag suite key-params *(session-param)` (RFC 4568 section 9.1). Base64 may lack its
    /// padding, as several senders omit it.
    public static func parse(_ value: Substring) throws(SDESError) -> SDESAttribute {
        let fields = value.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count >= 3, let tag = number(fields[0]), fields[0].utf8.count <= 9 else { throw .malformed }
        guard let suite = SRTPSuite(name: fields[1]) else { throw .unknownSuite(String(fields[1])) }
        var parameters: [String] = []
        var relaxations: SRTPRelaxations = []
        for field in fields.dropFirst(3) {
            if let (name, value) = SRTPRelaxations.names.first(where: { $0.name == field.uppercased() }) {
                guard !suite.isAEAD else { throw .unsupportedParameter(name) }
                relaxations.formUnion(value)
            } else {
                try check(sessionParameter: field)
                parameters.append(String(field))
            }
        }
        var (key, lifetime) = try parseKey(fields[2], suite)
        key.relaxations = relaxations
        return SDESAttribute(tag: Int(tag), key: key, lifetime: lifetime, sessionParameters: parameters)
    }

    /// `inline:` key and salt in base64, then optionally a lifetime and an MKI with its length, separated by `|` (section 6.1).
    private static func parseKey(_ text: Substring, _ suite: SRTPSuite) throws(SDESError) -> (SRTPKey, UInt64?) {
        let method = "inline:"
        guard text.prefix(method.count).lowercased() == method else { throw .malformed }
        // Several keys are told apart by the MKI in each packet.
        guard !text.contains(";") else { throw .unsupportedParameter("MKI") }
        let parts = text.dropFirst(method.count).split(separator: "|", omittingEmptySubsequences: false)
        guard let encoded = parts.first, parts.count <= 3, let secret = Base64.decode(encoded) else { throw .malformed }
        guard var key = SRTPKey(suite: suite, keyAndSalt: secret) else { throw .wrongKeyLength }
        var lifetime: UInt64?
        for (position, part) in parts.enumerated().dropFirst() {
            if part.contains(":") {
                guard position == parts.count - 1, let identifier = parseMKI(part) else { throw .malformed }
                // libsrtp2 and the AEAD layout would need it elsewhere; who has those suites has no MKI.
                guard suite.allowsIdentifier else { throw .unsupportedParameter("MKI") }
                key.identifier = identifier
                break
            }
            guard position == 1, let packets = parseLifetime(part) else { throw .malformed }
            lifetime = packets
        }
        return (key, lifetime)
    }

    /// Packets, as a number or as `2^` and an exponent up to 48, the size of the index (section 6.1).
    private static func parseLifetime(_ text: Substring) -> UInt64? {
        guard text.hasPrefix("2^") else { return number(text).flatMap { $0 > 0 && $0 <= 1 << 48 ? $0 : nil } }
        return number(text.dropFirst(2)).flatMap { $0 <= 48 ? 1 << $0 : nil }
    }

    /// A value and its length in bytes, up to 128: the value as a big-endian number of that length (section 6.1).
    private static func parseMKI(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, var value = number(parts[0]), let length = number(parts[1]),
              (1...128).contains(length) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        for place in bytes.indices.reversed() {
            bytes[place] = UInt8(truncatingIfNeeded: value)
            value >>= 8
        }
        return value == 0 ? bytes : nil
    }

    /// A parameter that changes the keys makes the line useless, one that does not is let pass (section 6.3).
    /// An unknown one must be understood unless it starts with a hyphen (section 6.3.7).
    private static func check(sessionParameter text: Substring) throws(SDESError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts[0].uppercased() {
        // The window is ours to choose; the hint asks for at least 64 (section 6.3.6).
        case "WSH":
            guard parts.count == 2, let size = number(parts[1]), size >= 64 else { throw .malformed }
        // No forward error correction is sent, so its order is no matter.
        case "FEC_ORDER":
            guard parts.count == 2, parts[1] == "FEC_SRTP" || parts[1] == "SRTP_FEC" else { throw .malformed }
        case let name where !name.hasPrefix("-"): throw .unsupportedParameter(name)
        default: break
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Digits only, without the sign that `UInt64.init` takes.
    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy(isDigit) ? UInt64(text) : nil
    }
}
