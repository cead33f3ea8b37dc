import SDP

extension Negotiator {
    /// Takes a fragment with candidates (RFC 8840) of the party with that tag into the dialogue.
    ///
    /// - Returns: the dialogue with them; `nil` where the fragment says nothing new, or the party has not described the session
    ///   that it is about yet: then it may be tried again after the next description.
    /// - Throws: `.malformedSDP` for a text that is no fragment.
    public static func fragment(_ text: String, of tag: String, dialogue: Dialogue) throws(NegotiationError) -> Dialogue? {
        let fragment: SDPFragment
        do throws(SDPError) { fragment = try SDPFragment(parsing: text) } catch { throw .malformedSDP(detail: "\(error)") }
        guard let index = dialogue.participant(tag: tag) else { return nil }
        var dialogue = dialogue
        var isNew = false
        dialogue.participants[index].updateLegs { leg in
            guard let peer = leg.peer, let section = fragment.section(mid: peer.mid, place: leg.place),
                  let media = peer.applying(section) else { return }
            leg.peer = media
            isNew = true
        }
        return isNew ? dialogue : nil
    }
}
