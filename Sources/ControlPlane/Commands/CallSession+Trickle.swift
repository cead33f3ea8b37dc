import Logging
import Negotiation
import NGProtocol
import Wire

/// A trickle ICE fragment that came before the description that it belongs to.
struct WaitingFragment {
    var callID: String
    var tag: String
    var sdp: String
    /// When nobody waits for it any more.
    var end: MonotonicInstant

    /// A description that is so late belongs to another attempt.
    static let lifetime = Nanoseconds.seconds(15)
    /// For each call, and for all that are not there yet.
    static let maximumCount = 64
}

extension CallSession {
    /// An offer or answer with the flag `fragment`: candidates, and no description.
    func carryOutFragment(_ sdp: String, of tag: String, _ reply: @escaping Reply) {
        do throws(NegotiationError) {
            if let dialogue, let changed = try Negotiator.fragment(sdp, of: tag, dialogue: dialogue) {
                return change(controls, dialogue: changed) { isInForce in reply(isInForce ? .ok() : .error(.unknownCall)) }
            }
        } catch { return reply(.error(NGError(error))) }
        let now = environment.configuration.clock()
        fragments.removeAll { $0.end < now }
        if fragments.count < WaitingFragment.maximumCount {
            fragments.append(WaitingFragment(callID: callID, tag: tag, sdp: sdp, end: now + WaitingFragment.lifetime))
        }
        reply(.ok())
    }

    /// A description has come: fragments that waited for it are taken in.
    func takeWaitingFragments(then: @escaping @ControlActor () -> Void) {
        guard !fragments.isEmpty, var changed = dialogue else { return then() }
        let now = environment.configuration.clock()
        let waiting = fragments.filter { $0.end >= now }
        fragments = []
        for fragment in waiting {
            if let next = try? Negotiator.fragment(fragment.sdp, of: fragment.tag, dialogue: changed) {
                changed = next
            } else {
                fragments.append(fragment)
            }
        }
        guard fragments.count < waiting.count else { return then() }
        change(controls, dialogue: changed) { _ in then() }
    }
}
