/// The words that the lists may hold. Each function returns what is wrong with a word, `nil` if nothing is.
extension MediaOptions {
    mutating func applyTransport(_ word: String) -> WordProblem? {
        if word == "accept" {
            acceptsTransport = true
            return nil
        }
        // Fax; see T.38.
        if word.uppercased() == "UDPTL" { return .unsupported }
        guard let transport = TransportProtocol(rawValue: word) else { return .unknown }
        self.transport = transport
        return nil
    }

    mutating func applyReplace(_ word: String) -> WordProblem? {
        switch OptionTable.canonical(word) {
        case "origin": replace.insert(.origin)
        case "origin-full": replace.insert(.originFull)
        case "SDP-version", "sdp-version": replace.insert(.sdpVersion)
        case "force-increment-sdp-ver", "force-increment-SDP-ver": replace.insert(.forceIncrementSDPVersion)
        case "username": replace.insert(.username)
        case "session-name": replace.insert(.sessionName)
        case "zero-address": replace.insert(.zeroAddress)
        // Clients still send it; the address of the media is always ours.
        case "session-connection": break
        default: return .unknown
        }
        return nil
    }

    mutating func applyRTCPMux(_ word: String) -> WordProblem? {
        guard let option = RTCPMuxOption(rawValue: word) else { return .unknown }
        rtcpMux.insert(option)
        if option == .require { rtcpMux.insert(.offer) }
        return nil
    }

    mutating func applyBundle(_ word: String) -> WordProblem? {
        switch word {
        // A bundle is agreed to in any case.
        case "accept": break
        case "offer", "require", "strict":
            offersBundle = true
            generateMID = true
        case "reject": rejectsBundle = true
        default: return .unknown
        }
        return nil
    }

    mutating func applyLearning(_ word: String) -> WordProblem? {
        guard let mode = LearningMode(rawValue: word) else { return .unknown }
        addressing.learning = mode
        return nil
    }

    /// The flag `WebRTC`: a set of the other options.
    mutating func applyWebRTC() {
        transport = .dtlsSAVPF
        ice.mode = .force
        ice.trickles = true
        rtcpMux.formUnion([.offer, .require])
        noRTCPAttribute = true
        sdes.isOff = true
        generateMID = true
        offersBundle = true
    }

    /// Takes out what an answer may not say: the protocol defines these for offers only.
    mutating func restrictToAnswer() {
        codecs.transcode = []
        codecs.mask = []
        codecs.accept = []
        codecs.consume = []
        codecs.set = []
        packetTime = nil
        packetTimeReverse = nil
        resetsNegotiation = false
        whatsApp.answersEarly = false
        whatsApp.isLocal = false
        if dtls.mode != .off { dtls.mode = .unspecified }
    }
}

extension ICEOptions {
    mutating func apply(_ word: String) -> WordProblem? {
        switch OptionTable.canonical(word) {
        case "remove": mode = .remove
        case "default": mode = .asOffered
        case "force": mode = .force
        case "optional": mode = .optional
        case "force-relay": mode = .forceRelay
        case "trickle": trickles = true
        case "ice2", "ICE2": saysICE2 = true
        case "lite": lite = .forward
        case "no-lite": lite = Lite.none
        case let word where word.hasPrefix("lite-"): return applyLite(String(word.dropFirst(5)))
        default: return .unknown
        }
        return nil
    }

    /// `ICE-lite`
    mutating func applyLite(_ word: String) -> WordProblem? {
        switch word {
        case "off", "none", "no": lite = Lite.none
        case "forward", "offer", "fwd", "fw": lite = .forward
        case "backward", "backwards", "reverse", "answer", "back", "bkw", "bk": lite = .backward
        case "both": lite = .both
        default: return .unknown
        }
        return nil
    }
}

extension DTLSOptions {
    mutating func apply(_ word: String) -> WordProblem? {
        switch word {
        case "passive": mode = .passive
        case "active": mode = .active
        case "off", "no", "disable", "disabled": mode = .off
        default: return .unknown
        }
        return nil
    }

    mutating func applyFingerprint(_ word: String) -> WordProblem? {
        let name = word.uppercased()
        guard ["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"].contains(name) else { return .unknown }
        fingerprintHash = name
        return nil
    }
}

extension SDESOptions {
    mutating func apply(_ word: String) -> WordProblem? {
        switch word.lowercased() {
        case "off", "no", "disable", "disabled": isOff = true
        case "on", "yes", "enable", "enabled": isOff = false
        case "prefer", "priority": isPreferred = true
        case "nonew": noNew = true
        case "lifetime": lifetime = true
        case "pad": pads = true
        case "static": isStatic = true
        case "unencrypted_srtp": unencryptedSRTP = true
        case "unencrypted_srtcp": unencryptedSRTCP = true
        case "unauthenticated_srtp": unauthenticatedSRTP = true
        case "encrypted_srtp": unencryptedSRTP = false
        case "encrypted_srtcp": unencryptedSRTCP = false
        case "authenticated_srtp": unauthenticatedSRTP = false
        default: return applySuites(word)
        }
        return nil
    }

    private mutating func applySuites(_ word: String) -> WordProblem? {
        if let suite = Self.suites(word, after: "only-") {
            only = Array((only + suite).prefix(Self.maximumSuites))
        } else if let suite = Self.suites(word, after: "no-") {
            except = Array((except + suite).prefix(Self.maximumSuites))
        } else if let suites = Self.suites(word, after: "order:") {
            order = suites
        } else if let suites = Self.suites(word, after: "offerer_pref:") ?? Self.suites(word, after: "offerer-pref:") {
            offererPreference = suites
        } else {
            return .unknown
        }
        return nil
    }

    /// There are no more suites, and each m-line is held against the list.
    private static let maximumSuites = 32

    /// The names after the prefix, separated by `;`; `nil` if there are none.
    private static func suites(_ word: String, after prefix: String) -> [String]? {
        guard word.hasPrefix(prefix) else { return nil }
        let names = word.dropFirst(prefix.count).split(separator: ";", maxSplits: maximumSuites).prefix(maximumSuites)
        return names.isEmpty ? nil : names.map { $0.uppercased() }
    }
}

extension CodecOptions {
    /// Of one operation; there are no more payload types, and each codec of each m-line is held against the list.
    static let maximumEntries = 128

    /// One operation of the `codec` dictionary; repetitions add up. `--` stands for `=` and `..` for a blank.
    mutating func apply(_ operation: String, _ words: [String]) -> WordProblem? {
        guard let list = Self.list(operation) else { return .unknown }
        let room = Self.maximumEntries - self[keyPath: list].count
        self[keyPath: list] += words.prefix(max(0, room)).filter(\.isOfOneLine).map(Escapes.undone)
        return nil
    }

    private static func list(_ operation: String) -> WritableKeyPath<CodecOptions, [String]>? {
        switch operation {
        case "strip": \.strip
        case "except": \.except
        case "offer": \.offer
        case "transcode": \.transcode
        case "mask": \.mask
        case "accept": \.accept
        case "consume": \.consume
        case "set": \.set
        case "ignore": \.ignore
        default: nil
        }
    }

    /// One operation written as a flag.
    mutating func applyFlag(_ operation: String, _ codec: String) -> WordProblem? {
        codec.isEmpty ? .unknown : apply(operation, [codec])
    }
}

extension OSRTPOptions {
    mutating func apply(_ word: String) -> WordProblem? {
        switch word {
        case "offer", "offer-RFC", "offer-rfc", "offer-legacy": offers = true
        // Keys of such an offer are taken in any case.
        case "accept", "accept-RFC", "accept-rfc", "accept-legacy": break
        default: return .unknown
        }
        return nil
    }
}

extension String {
    /// It may be written into a line of a description, which a control character would end or break (RFC 8866 section 9).
    var isOfOneLine: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }

    /// A token (RFC 8866 section 9), as far as it can be told from two of them.
    var isOneWord: Bool { !isEmpty && isOfOneLine && !utf8.contains(UInt8(ascii: " ")) }
}

/// What a blank and an equals sign are written as in the words of flags.
enum Escapes {
    /// `--` becomes `=` and `..` a blank.
    static func undone(_ text: String) -> String {
        // Most have neither.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) else { return text }
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let isPair = rest.first == byte
            if isPair, byte == UInt8(ascii: "-") {
                output.append(UInt8(ascii: "="))
                rest.removeFirst()
            } else if isPair, byte == UInt8(ascii: ".") {
                output.append(UInt8(ascii: " "))
                rest.removeFirst()
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
