import NGProtocol
import PeerSimulator

// What an integrator's signaling service sends to the relay: the flag, and the little that the flag cannot know.

extension DemoCall {
    var callID: String { "demo-\(number)-\(attempt)@rtpbridge.invalid" }
    private static let callerTag = "caller"
    private static let calleeTag = "callee"

    func offer(_ sdp: String) -> NGDictionary {
        var message = common(sdp)
        message.append("flags", ["whatsapp"])
        // Toward Meta DTLS is taken for granted, and nothing in the PBX's offer says that a number is set to SDES.
        if caller == .business, keying == .sdes { message.append("transport-protocol", "RTP/SAVP") }
        return message
    }

    func answer(_ sdp: String) -> NGDictionary {
        var message = common(sdp)
        message.append("to-tag", .string(Self.calleeTag))
        return message
    }

    var query: NGDictionary { ["call-id": .string(callID)] }
    var delete: NGDictionary { ["call-id": .string(callID), "from-tag": .string(Self.callerTag), "delete-delay": 0] }

    private func common(_ sdp: String) -> NGDictionary {
        ["call-id": .string(callID), "from-tag": .string(Self.callerTag), "sdp": .string(sdp)]
    }
}
