import NGProtocol
import Negotiation
import SDP

/// The offers and answers of one call, with options as `rtpp-flags` writes them.
struct Conversation {
    let resources: FakeResources
    private(set) var dialogue: Dialogue?
    /// What the last successful request gave.
    private(set) var last: NegotiationResult?
    var defaults = NegotiationDefaults()

    struct NotAnOfferOrAnswer: Error {}

    init() throws { resources = try FakeResources() }

    @discardableResult
    mutating func offer(_ sdp: String, _ flags: String = "", from: String = "alice", to: String? = nil) throws -> NegotiationResult {
        try send("offer", sdp, flags, from: from, to: to)
    }

    @discardableResult
    mutating func answer(_ sdp: String, _ flags: String = "", from: String = "alice", to: String = "bob") throws -> NegotiationResult {
        try send("answer", sdp, flags, from: from, to: to)
    }

    mutating func send(_ command: String, _ sdp: String, _ flags: String, from: String, to: String?) throws -> NegotiationResult {
        var message: NGDictionary = [
            "command": .string(command), "sdp": .string(sdp), "call-id": "call", "from-tag": .string(from), "rtpp-flags": .string(flags),
        ]
        if let to { message.append("to-tag", .string(to)) }
        return try send(message)
    }

    /// A message as it comes from a proxy.
    @discardableResult
    mutating func send(_ message: NGDictionary) throws -> NegotiationResult {
        let request = try NGRequest(message)
        let result: NegotiationResult
        switch (request.command, dialogue) {
        case (.offer(let offer), _):
            let request = negotiation(offer.sdp, offer.fromTag, offer.toTag, offer.media)
            result = try Negotiator.offer(request, dialogue: dialogue, resources: resources)
        case (.answer(let answer), let dialogue?):
            let request = negotiation(answer.sdp, answer.fromTag, answer.toTag, answer.media)
            result = try Negotiator.answer(request, dialogue: dialogue, resources: resources)
        default:
            throw NotAnOfferOrAnswer()
        }
        dialogue = result.dialogue
        last = result
        return result
    }

    /// Options that have no words here.
    @discardableResult
    mutating func send(_ request: NegotiationRequest, isOffer: Bool) throws -> NegotiationResult {
        let result: NegotiationResult
        if isOffer {
            result = try Negotiator.offer(request, dialogue: dialogue, resources: resources)
        } else if let dialogue {
            result = try Negotiator.answer(request, dialogue: dialogue, resources: resources)
        } else {
            throw NotAnOfferOrAnswer()
        }
        dialogue = result.dialogue
        last = result
        return result
    }

    private func negotiation(_ sdp: String, _ from: String, _ to: String?, _ options: MediaOptions) -> NegotiationRequest {
        NegotiationRequest(sdp: sdp, fromTag: from, toTag: to, options: options, defaults: defaults)
    }
}

extension NegotiationResult {
    /// The audio section of the description, or an empty one.
    var audio: MediaDescription {
        let none = MediaDescription(kind: "none", port: 0, transport: "", formats: [])
        return session.media.first { $0.kind == "audio" } ?? none
    }
    var session: SessionDescription { (try? SessionDescription(parsing: sdp)) ?? SessionDescription(lines: [], media: []) }
}

/// A one-line description of an audio endpoint, for tests that vary one thing.
func sdp(
    _ formats: String, _ attributes: String..., transport: String = "RTP/AVP", port: Int = 5000, address: String = "192.0.2.20",
    session: [String] = []
) -> String {
    let family = address.contains(":") ? "IP6" : "IP4"
    let head = ["v=0", "o=peer 1 1 IN \(family) \(address)", "s=-", "c=IN \(family) \(address)", "t=0 0"]
    let lines = head + session.map { "a=" + $0 } + ["m=audio \(port) \(transport) \(formats)"] + attributes.map { "a=" + $0 }
    return lines.map { $0 + "\r\n" }.joined()
}
