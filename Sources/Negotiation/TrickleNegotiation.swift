import SDP

extension Negotiator {
    /// What came of a fragment.
    public struct Trickled: Sendable {
        public var dialogue: Dialogue
        /// Sockets that others have taken the place of; they may be closed once the dialogue's plan is in force.
        public var removedSlots: [Int]
    }

    /// Takes a fragment with candidates (RFC 8840) of the party with that tag into the dialogue.
    ///
    /// - Returns: `nil` where the fragment says nothing new, or the party has not described the session that it is about yet: then it
    ///   may be tried again after the next description.
    /// - Throws: `.malformedSDP` for a text that is no fragment, `.outOfPorts`; what was leased until then is the caller's to give back.
    public static func fragment(
        _ text: String, of tag: String, dialogue: Dialogue, resources: some MediaResources
    ) throws(NegotiationError) -> Trickled? {
        let fragment: SDPFragment
        do throws(SDPError) { fragment = try SDPFragment(parsing: text) } catch { throw .malformedSDP(detail: "\(error)") }
        guard let index = dialogue.participant(tag: tag) else { return nil }
        var result = Trickled(dialogue: dialogue, removedSlots: [])
        var isNew = false
        for place in dialogue.participants[index].legs.indices {
            var leg = dialogue.participants[index].legs[place]
            guard let peer = leg.peer, let section = fragment.section(mid: peer.mid, place: leg.place),
                  let media = peer.applying(section) else { continue }
            leg.peer = media
            // Another call may have the new candidates' addresses on a port that it shares with us.
            result.removedSlots += try leg.settleSockets(resources)
            result.dialogue.participants[index].legs[place] = leg
            isNew = true
        }
        return isNew ? result : nil
    }
}
