import NGProtocol

/// Offers and answers as functions: description, options and dialogue in; description, call plan and dialogue out.
///
/// Nothing here opens a socket, reads a clock or draws a random number by itself (`MediaResources` does),
/// and a request that throws leaves the dialogue that the caller holds untouched. The way of a request,
/// one call a step:
///
///                     offer                                        answer
///     1  the text becomes a `SessionDescription`                   the same
///     2  who speaks, who listens: `Dialogue.parties`               the same; the listener made the offer
///     3  what the speaker says of itself: `PeerMedia`              the same, and it closes what we offered
///     4  our end toward the speaker, as an answer will have it     what the answer decides of it
///     5  our end toward the listener: codecs, keys, ICE, ports     codecs that both ends can use
///     6  the speaker's text, with our end in it: `SDPRewriter`;    the same; `OwnDescription` where we answered the
///        toward Meta a text of our own: `OwnDescription`           offer before (`early-answer`)
///     7  the whole dialogue as a plan: `Dialogue.plan`             the same
public enum Negotiator {
    /// - Parameter dialogue: what the last result said; `nil` for a new call.
    /// - Throws: `NegotiationError`; what was leased until then is the caller's to give back.
    public static func offer(
        _ request: NegotiationRequest, dialogue: Dialogue?, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        if let looped = try looped(request, dialogue: dialogue, resources: resources) { return looped }
        if request.options.whatsApp.isLocal { return try answerLocally(request, dialogue: dialogue, resources: resources) }
        var negotiation = try OfferNegotiation(request, dialogue: dialogue, resources: resources)   // 1, 2
        try negotiation.readOfferer()                                                               // 3
        try negotiation.prepareOffererSide()                                                        // 4
        try negotiation.prepareAnswererSide()                                                       // 5
        return try negotiation.result()                                                             // 6, 7
    }

    /// An offer with `local`: the result is the answer to the one who made it.
    private static func answerLocally(
        _ request: NegotiationRequest, dialogue: Dialogue?, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        var negotiation = try LocalNegotiation(request, dialogue: dialogue, resources: resources)   // 1, 2
        try negotiation.answerSpeaker()                                                             // 3, 4
        return negotiation.result()                                                                 // 6, 7
    }

    /// - Parameter dialogue: what the last result said; without an offer before it there is no answer.
    /// - Throws: `NegotiationError`; what was leased until then is the caller's to give back.
    public static func answer(
        _ request: NegotiationRequest, dialogue: Dialogue, resources: some MediaResources
    ) throws(NegotiationError) -> NegotiationResult {
        if let looped = try looped(request, dialogue: dialogue, resources: resources) { return looped }
        var negotiation = try AnswerNegotiation(request, dialogue: dialogue, resources: resources)  // 1, 2
        try negotiation.readAnswerer()                                                              // 3
        try negotiation.closeAnswererSide()                                                         // 4
        try negotiation.closeOffererSide()                                                          // 5
        return try negotiation.result()                                                             // 6, 7
    }
}
