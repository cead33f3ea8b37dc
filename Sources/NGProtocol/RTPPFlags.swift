/// The string `rtpp-flags`: keys and flags as words between blanks, for proxies that leave the parsing to us.
///
/// `key=value` is the top-level key of that name, a bare word a flag; lists and dictionaries are written
/// `[a b]` and `[k=v k=[x y]]`. A list whose first element has `=` is a dictionary.
enum RTPPFlags {
    /// Deeper nesting is read as the end of the text.
    static let maximumDepth = 8

    static func apply(_ text: String, to message: inout NGMessage) {
        var parser = Parser(text)
        var pieces = TransportPieces()
        var directions = 0
        while let item = parser.next() {
            guard let value = item.value else {
                if !pieces.take(item.name) { apply(word: item.name, directions: &directions, to: &message) }
                continue
            }
            apply(key: item.name, value, directions: &directions, to: &message)
        }
        if let transport = pieces.transport { message.media.transport = transport }
    }

    private static func apply(word: String, directions: inout Int, to message: inout NGMessage) {
        switch word {
        case "internal", "external": addInterface(word, directions: &directions, to: &message)
        default:
            if message.media.applyTransport(word) == nil { return }
            OptionTable.apply(flag: word, to: &message)
        }
    }

    private static func apply(key: String, _ value: NGValue, directions: inout Int, to message: inout NGMessage) {
        let name = OptionTable.canonical(key)
        if name == "direction", let interface = value.text {
            addInterface(interface, directions: &directions, to: &message)
        } else if let operation = codecOperation(name) {
            _ = message.media.codecs.apply(operation, value.words)
        } else {
            // A to-tag in the string means it; a proxy sends the key in any case.
            if name == "to-tag" { message.fields.heedsToTag = true }
            OptionTable.apply(key: key, value, to: &message)
        }
    }

    /// The first goes toward the offerer, the second toward the answerer.
    private static func addInterface(_ name: String, directions: inout Int, to message: inout NGMessage) {
        directions += 1
        switch directions {
        case 1: message.media.addressing.fromInterface = name
        case 2: message.media.addressing.toInterface = name
        default: message.warn("value", name, "of 'direction' is one too many")
        }
    }

    private static func codecOperation(_ name: String) -> String? {
        switch name {
        case "transcode", "codec-transcode": "transcode"
        case "codec-strip", "codec-offer", "codec-mask", "codec-set", "codec-accept", "codec-except": String(name.dropFirst(6))
        default: nil
        }
    }

    /// `RTP`, `SRTP`, `AVP`, `AVPF` and `DTLS` say one thing each of the protocol.
    private struct TransportPieces {
        private var isSecure: Bool?
        private var hasFeedback: Bool?
        private var isDTLS = false

        mutating func take(_ word: String) -> Bool {
            switch word {
            case "RTP": isSecure = false
            case "SRTP": isSecure = true
            case "AVP": hasFeedback = false
            case "AVPF": hasFeedback = true
            case "DTLS": isDTLS = true
            default: return false
            }
            return true
        }

        var transport: TransportProtocol? {
            guard isSecure != nil || hasFeedback != nil || isDTLS else { return nil }
            let feedback = hasFeedback ?? false
            if isDTLS { return feedback ? .dtlsSAVPF : .dtlsSAVP }
            if isSecure ?? false { return feedback ? .rtpSAVPF : .rtpSAVP }
            return feedback ? .rtpAVPF : .rtpAVP
        }
    }
}

extension RTPPFlags {
    /// Splits the text into words and values.
    struct Parser {
        struct Item {
            var name: String
            /// `nil` for a bare word.
            var value: NGValue?
        }

        private var rest: Substring.UTF8View

        init(_ text: String) { rest = text[...].utf8 }

        mutating func next() -> Item? { item(depth: 0) }

        private mutating func item(depth: Int) -> Item? {
            // A bracket outside a value is no word; it is stepped over so that the text comes to its end.
            _ = take { Self.isBlank($0) || depth == 0 && Self.isBracket($0) }
            guard let first = rest.first, first != UInt8(ascii: "]") else { return nil }
            let name = take { $0 != UInt8(ascii: "=") && !Self.isDelimiter($0) }
            guard rest.first == UInt8(ascii: "=") else { return Item(name: name, value: nil) }
            rest = rest.dropFirst()
            return Item(name: name, value: value(depth: depth))
        }

        private mutating func value(depth: Int) -> NGValue {
            guard rest.first == UInt8(ascii: "["), depth < RTPPFlags.maximumDepth else { return .string(take { !Self.isDelimiter($0) }) }
            rest = rest.dropFirst()
            var items: [Item] = []
            while let item = item(depth: depth + 1) { items.append(item) }
            if rest.first == UInt8(ascii: "]") { rest = rest.dropFirst() }
            guard items.first?.value != nil else { return .list(items.map { .string($0.name) }) }
            return .dictionary(NGDictionary(items.map { ($0.name, $0.value ?? .string("")) }))
        }

        private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }
        private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") }
        private static func isDelimiter(_ byte: UInt8) -> Bool { isBlank(byte) || byte == UInt8(ascii: "]") }

        private mutating func take(while matches: (UInt8) -> Bool) -> String {
            let word = rest.prefix(while: matches)
            rest = rest.dropFirst(word.count)
            return String(Substring(word))
        }
    }
}
