import ArgumentParser
import NGProtocol

/// The two ends of a call.
enum Side: Int, CaseIterable {
    case meta, pbx

    var other: Side { self == .meta ? .pbx : .meta }
}

/// How a leg's media is secured.
enum Security {
    case none
    /// SRTP with keys in the SDP (RFC 4568).
    case sdes
    /// ICE, where Meta is lite, and DTLS-SRTP.
    case dtls

    var transport: String {
        switch self {
        case .none: "RTP/AVP"
        case .sdes: "RTP/SAVP"
        case .dtls: "UDP/TLS/RTP/SAVPF"
        }
    }
}

enum AudioCodec {
    case pcmu, opus

    /// RTP timestamp units of a frame of 20 ms.
    var frameTicks: UInt32 { self == .pcmu ? 160 : 960 }
    /// In the descriptions of whoever offers.
    var payloadType: UInt8 { self == .pcmu ? 0 : 111 }
    var eventPayloadType: UInt8 { self == .pcmu ? 101 : 126 }
    var encoding: String { self == .pcmu ? "PCMU/8000" : "opus/48000/2" }
    var name: String { self == .pcmu ? "PCMU" : "opus" }
}

/// What kind of calls is played, and the ng keys with which any daemon makes them.
enum Profile: String, CaseIterable, ExpressibleByArgument {
    /// PCMU ↔ PCMU, relayed.
    case plain
    /// SDES PCMU ↔ plain PCMU, relayed.
    case srtp
    /// SDES Opus ↔ SDES Opus, relayed under other keys.
    case srtpOpus = "srtp-opus"
    /// ICE-lite, DTLS-SRTP PCMU ↔ plain PCMU, relayed.
    case dtls
    /// ICE-lite, DTLS-SRTP Opus ↔ plain PCMU.
    case transcode
    /// SDES Opus ↔ plain PCMU.
    case transcodeSDES = "transcode-sdes"
    /// As `transcode`, and the PBX calls.
    case transcodeBusiness = "transcode-business"

    var isTranscoding: Bool { self == .transcode || self == .transcodeSDES || self == .transcodeBusiness }
    var offerer: Side { self == .transcodeBusiness ? .pbx : .meta }

    func security(_ side: Side) -> Security {
        switch (self, side) {
        case (.plain, _), (.srtp, .pbx), (.dtls, .pbx), (.transcode, .pbx), (.transcodeSDES, .pbx), (.transcodeBusiness, .pbx): .none
        case (.srtp, .meta), (.srtpOpus, _), (.transcodeSDES, .meta): .sdes
        case (.dtls, .meta), (.transcode, .meta), (.transcodeBusiness, .meta): .dtls
        }
    }

    func codec(_ side: Side) -> AudioCodec {
        switch self {
        case .plain, .srtp, .dtls: .pcmu
        case .srtpOpus: .opus
        case .transcode, .transcodeSDES, .transcodeBusiness: side == .meta ? .opus : .pcmu
        }
    }

    /// What both daemons need to be told with the offer.
    func offerKeys(flags: [String]) -> NGDictionary {
        let toward = offerer.other
        var keys: NGDictionary = [
            "transport-protocol": .string(security(toward).transport),
            "flags": .list((["trust-address"] + (security(toward) == .dtls ? ["generate-mid"] : []) + flags).map { .string($0) }),
            "replace": ["origin"],
            "supports": ["load limit"],
        ]
        if security(toward) == .dtls {
            keys["ICE"] = "force"
            keys["DTLS"] = "passive"
            keys["SDES"] = ["off"]
            keys["rtcp-mux"] = ["offer", "require"]
        } else {
            keys["ICE"] = "remove"
            keys["DTLS"] = "off"
            keys["rtcp-mux"] = ["demux"]
        }
        if isTranscoding {
            let codec: NGDictionary = offerer == .meta
                ? ["mask": ["opus"], "transcode": ["PCMU"]]
                : ["mask": ["PCMU"], "transcode": ["opus/48000/2", "telephone-event/8000"]]
            keys["codec"] = .dictionary(codec)
        }
        return keys
    }

    /// And with the answer.
    func answerKeys(flags: [String]) -> NGDictionary {
        var keys: NGDictionary = [
            "flags": .list((["trust-address"] + flags).map { .string($0) }), "replace": ["origin"], "supports": ["load limit"],
        ]
        if security(offerer) == .dtls {
            keys["ICE"] = "force"
            keys["rtcp-mux"] = ["accept"]
        } else {
            keys["ICE"] = "remove"
            keys["DTLS"] = "off"
            if security(offerer) == .sdes { keys["rtcp-mux"] = ["accept"] }
        }
        return keys
    }
}
