/// The string `rtpp-flags`: keys and flags as words between blanks, for proxies that leave the parsing to us.
///
/// `key=value` is the top-level key of that name, a bare word a flag; lists and dictionaries are written
/// `[a b]` and `[k=v k=[x y]]`. A list whose first element has `=` is a dictionary.
enum RTPPFlags {
    /// No proxy writes a hundredth of it.
    static let maximumItems = 4_096

    static func apply(_ text: String, to message: inout NGMessage) {
        var parser = RTPPFlagsParser(text)
        var transport = TransportPieces()
        var directions = 0
        var items = 0
        while let item = parser.next() {
            items += 1
            guard items <= maximumItems else {
                message.warn("flag", item.name, "is one too many")
                break
            }
            // `key=` with nothing behind it is a word, too.
            if let value = item.value, value != .string("") {
                apply(key: item.name, value, directions: &directions, to: &message)
            } else if !transport.take(item.name) {
                apply(word: item.name, directions: &directions, to: &message)
            }
        }
        if let transport = transport.whole { message.media.transport = transport }
    }

    private static func apply(word: String, directions: inout Int, to message: inout NGMessage) {
        switch word {
        case "internal", "external": addInterface(word, directions: &directions, to: &message)
        default: OptionTable.apply(flag: word, to: &message)
        }
    }

    private static func apply(key: String, _ value: NGValue, directions: inout Int, to message: inout NGMessage) {
        let name = OptionTable.canonical(key)
        if name == "direction", let interface = value.text {
            addInterface(interface, directions: &directions, to: &message)
        } else if let operation = codecOperation(name) {
            _ = message.media.codecs.apply(operation, value.words)
        } else {
            // Tags in the string are meant; a proxy sends the keys in any case.
            if name == "to-tag" { message.fields.heedsToTag = true }
            if name == "from-tag" { message.fields.parties.isDirectional = true }
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

    /// The protocol, from its whole names, each of which begins anew, and from `RTP`, `SRTP`, `AVP`, `AVPF` and `DTLS`, which say
    /// one thing each.
    private struct TransportPieces {
        private var isSecure = false
        private var hasFeedback = false
        private var isDTLS = false
        private var isGiven = false

        /// - Returns: whether the word is one of them.
        mutating func take(_ word: String) -> Bool {
            switch word {
            case "RTP": isSecure = false
            case "SRTP": isSecure = true
            case "AVP": hasFeedback = false
            case "AVPF": hasFeedback = true
            case "DTLS": isDTLS = true
            default:
                guard let transport = TransportProtocol(rawValue: word) else { return false }
                isSecure = transport.isSecure
                hasFeedback = transport.hasFeedback
                isDTLS = transport.isDTLS
            }
            isGiven = true
            return true
        }

        var whole: TransportProtocol? {
            guard isGiven else { return nil }
            if isDTLS { return hasFeedback ? .dtlsSAVPF : .dtlsSAVP }
            if isSecure { return hasFeedback ? .rtpSAVPF : .rtpSAVP }
            return hasFeedback ? .rtpAVPF : .rtpAVP
        }
    }
}
