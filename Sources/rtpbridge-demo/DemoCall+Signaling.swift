import NGProtocol
import PeerSimulator

// What an integrator's signaling service sends to the relay, with the flags that it knows from rtpengine.

extension DemoCall {
    var callID: String { "demo-\(number)-\(attempt)@rtpbridge.invalid" }
    private static let callerTag = "caller"
    private static let calleeTag = "callee"
    private var isTranscoded: Bool { pbxCodec != .opus }

    func offer(_ sdp: String) -> NGDictionary {
        var message = common(sdp)
        switch caller {
        case .user: addTowardPBX(to: &message)
        case .business: addTowardWhatsApp(to: &message)
        }
        return message
    }

    func answer(_ sdp: String) -> NGDictionary {
        var message = common(sdp)
        message.append("to-tag", .string(Self.calleeTag))
        switch caller {
        case .user:
            if keying == .dtls { message.append("ICE", "force") }
            message.append("rtcp-mux", ["accept"])
        case .business:
            message.append("ICE", "remove")
            message.append("rtcp-mux", pbxMultiplexes ? ["accept"] : ["demux"])
        }
        return message
    }

    var query: NGDictionary { ["call-id": .string(callID)] }
    var delete: NGDictionary { ["call-id": .string(callID), "from-tag": .string(Self.callerTag), "delete-delay": 0] }

    private func common(_ sdp: String) -> NGDictionary {
        [
            "supports": ["load limit"], "call-id": .string(callID), "from-tag": .string(Self.callerTag), "sdp": .string(sdp),
            "replace": ["origin"], "flags": ["trust-address", "symmetric"],
        ]
    }

    private func addTowardPBX(to message: inout NGDictionary) {
        message.append("transport-protocol", .string(pbxTransport))
        message.append("ICE", "remove")
        message.append("DTLS", "off")
        message.append("rtcp-mux", pbxMultiplexes ? ["offer"] : ["demux"])
        if isTranscoded { message.append("codec", ["mask": ["opus"], "transcode": [pbxCodec == .pcma ? "PCMA" : "PCMU"]]) }
    }

    private func addTowardWhatsApp(to message: inout NGDictionary) {
        message.append("transport-protocol", keying == .dtls ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP")
        message.append("ICE", keying == .dtls ? "force" : "remove")
        message.append("rtcp-mux", ["offer", "require"])
        message["flags"] = ["trust-address", "symmetric", "generate-mid"]
        if isTranscoded { message.append("codec", ["mask": ["PCMU", "PCMA"], "transcode": ["opus"]]) }
    }
}
