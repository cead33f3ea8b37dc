/// The words that the lists may hold. Each function returns `false` for a word that it does not know.
extension MediaOptions {
    mutating func applyTransport(_ word: String) -> Bool {
        // `accept` in an answer keeps the protocol that was offered, which is what happens without the key.
        if word == "accept" { return true }
        guard let transport = TransportProtocol(rawValue: word) else { return false }
        self.transport = transport
        return true
    }

    mutating func applyReplace(_ word: String) -> Bool {
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
        default: return false
        }
        return true
    }

    mutating func applyRTCPMux(_ word: String) -> Bool {
        guard let option = RTCPMuxOption(rawValue: word) else { return false }
        rtcpMux.insert(option)
        if option == .require { rtcpMux.insert(.offer) }
        return true
    }

    mutating func applyBundle(_ word: String) -> Bool {
        switch word {
        case "accept": acceptsBundle = true
        case "offer", "require", "strict":
            acceptsBundle = true
            generateMID = true
        case "reject": acceptsBundle = false
        default: return false
        }
        return true
    }

    mutating func applyLearning(_ word: String) -> Bool {
        guard let mode = LearningMode(rawValue: word) else { return false }
        addressing.learning = mode
        return true
    }

    mutating func applyExtmap(_ operation: String, _ words: [String]) -> Bool {
        guard operation == "strip", words.contains("all") else { return false }
        stripsExtmap = true
        return true
    }

    /// The flag `WebRTC`: a set of the other options.
    mutating func applyWebRTC() {
        transport = .dtlsSAVPF
        ice.mode = .force
        rtcpMux.formUnion([.offer, .require])
        noRTCPAttribute = true
        sdes.isOff = true
        generateMID = true
        acceptsBundle = true
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
        if dtls.mode != .off { dtls.mode = .unspecified }
    }
}

extension ICEOptions {
    mutating func apply(_ word: String) -> Bool {
        switch OptionTable.canonical(word) {
        case "remove": mode = .remove
        case "force": mode = .force
        case "default": mode = .default
        case "optional": mode = .optional
        case "force-relay": mode = .forceRelay
        // Neither changes what we send: we have one candidate a family and know it at once.
        case "trickle", "ice2", "ICE2": break
        case "lite": lite = .forward
        case "no-lite": lite = .off
        case let word where word.hasPrefix("lite-"): return applyLite(String(word.dropFirst(5)))
        default: return false
        }
        return true
    }

    mutating func applyLite(_ word: String) -> Bool {
        switch word {
        case "forward", "offer", "fwd", "fw": lite = .forward
        case "backward", "backwards", "reverse", "answer", "back", "bkw", "bk": lite = .backward
        case "both": lite = .both
        case "off", "none", "no": lite = .off
        default: return false
        }
        return true
    }
}

extension DTLSOptions {
    mutating func apply(_ word: String) -> Bool {
        switch word {
        case "passive": mode = .passive
        case "active": mode = .active
        case "off", "no", "disable", "disabled": mode = .off
        default: return false
        }
        return true
    }

    mutating func applyFingerprint(_ word: String) -> Bool {
        let name = word.uppercased()
        guard ["SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"].contains(name) else { return false }
        fingerprintHash = name
        return true
    }
}

extension SDESOptions {
    mutating func apply(_ word: String) -> Bool {
        switch word {
        case "off", "no", "disable", "disabled": isOff = true
        case "on", "yes", "enable", "enabled": isOff = false
        case "prefer", "priority": isPreferred = true
        case "nonew": noNew = true
        case "pad": pad = true
        case "lifetime": lifetime = true
        case "static": isStatic = true
        default: return applySuites(word)
        }
        return true
    }

    private mutating func applySuites(_ word: String) -> Bool {
        if let suite = Self.suites(word, after: "only-") {
            only += suite
        } else if let suite = Self.suites(word, after: "no-") {
            except += suite
        } else if let suites = Self.suites(word, after: "order:") {
            order = suites
        } else if let suites = Self.suites(word, after: "offerer_pref:") ?? Self.suites(word, after: "offerer-pref:") {
            offererPreference = suites
        } else {
            return false
        }
        return true
    }

    /// The names after the prefix, separated by `;`; `nil` if there are none.
    private static func suites(_ word: String, after prefix: String) -> [String]? {
        guard word.hasPrefix(prefix) else { return nil }
        let names = word.dropFirst(prefix.count).split(separator: ";").map { $0.uppercased() }
        return names.isEmpty ? nil : names
    }
}

extension CodecOptions {
    /// One operation of the `codec` dictionary; repetitions add up.
    mutating func apply(_ operation: String, _ codecs: [String]) -> Bool {
        switch operation {
        case "strip": strip += codecs
        case "except": except += codecs
        case "offer": offer += codecs
        case "transcode": transcode += codecs
        case "mask": mask += codecs
        case "accept": accept += codecs
        case "consume": consume += codecs
        case "set": set += codecs
        case "ignore": ignore += codecs
        default: return false
        }
        return true
    }

    /// One operation written as a flag: `--` stands for `=` and `..` for a blank there.
    mutating func applyFlag(_ operation: String, _ codec: String) -> Bool {
        guard !codec.isEmpty else { return false }
        return apply(operation, [Self.unescape(codec)])
    }

    static func unescape(_ text: String) -> String {
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
