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
        let resources = makeResources()
        do throws(NegotiationError) {
            if let dialogue, let taken = try Negotiator.fragment(sdp, of: tag, dialogue: dialogue, resources: resources) {
                return change(controls, dialogue: taken.dialogue, resources, removing: taken.removedSlots) { isInForce in
                    reply(isInForce ? .ok() : .error(.unknownCall))
                }
            }
        } catch {
            resources.giveBack()
            return reply(.error(NGError(error)))
        }
        let now = environment.configuration.clock()
        fragments.removeAll { $0.end < now }
        if fragments.count < WaitingFragment.maximumCount {
            fragments.append(WaitingFragment(callID: callID, tag: tag, sdp: sdp, end: now + WaitingFragment.lifetime))
        }
        reply(.ok())
    }

    /// A description has come: fragments that waited for it are taken in, one after the other.
    func takeWaitingFragments(then: @escaping @ControlActor () -> Void) {
        let now = environment.configuration.clock()
        fragments.removeAll { $0.end < now }
        takeFragment(0, then: then)
    }

    private func takeFragment(_ index: Int, then: @escaping @ControlActor () -> Void) {
        guard fragments.indices.contains(index), let dialogue else { return then() }
        let resources = makeResources()
        let fragment = fragments[index]
        guard let taken = try? Negotiator.fragment(fragment.sdp, of: fragment.tag, dialogue: dialogue, resources: resources) else {
            resources.giveBack()
            return takeFragment(index + 1, then: then)
        }
        fragments.remove(at: index)
        change(controls, dialogue: taken.dialogue, resources, removing: taken.removedSlots) { [self] _ in
            takeFragment(index, then: then)
        }
    }
}
