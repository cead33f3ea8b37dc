import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// A negotiated plan with everything that the client and the operator have set beside it.
    func finished(_ plan: CallPlan, _ controls: CallControls) -> CallPlan {
        var plan = plan
        plan.observation = environment.configuration.observation
        controls.apply(to: &plan)
        return plan
    }

    /// The plan of a dialogue as it is now.
    func plan(of dialogue: Dialogue, _ controls: CallControls) -> CallPlan {
        finished(dialogue.plan(certificate: environment.certificate, defaults: environment.negotiationDefaults), controls)
    }

    /// What a request may take of the machine.
    func makeResources() -> RequestResources {
        RequestResources(interfaces: environment.interfaces, certificate: environment.certificate, leases: leases, call: handle)
    }

    /// Puts other controls in force, and another dialogue if a command has changed it.
    /// - Parameters:
    ///   - resources: what that has leased; goes back if the call is over.
    ///   - then: `false` if the call is over; nothing is changed then.
    func change(
        _ controls: CallControls, dialogue changed: Dialogue? = nil, _ resources: RequestResources? = nil, removing slots: [Int] = [],
        then: @escaping @ControlActor (_ isInForce: Bool) -> Void
    ) {
        guard let dialogue = changed ?? dialogue else { return then(false) }
        let plan = plan(of: dialogue, controls)
        let sockets = resources?.sockets ?? []
        apply(plan, adding: sockets, removing: slots) { [self] isInForce in
            if isInForce {
                (self.dialogue, self.controls, self.plan) = (dialogue, controls, plan)
                for socket in sockets { leases[socket.slot] = socket.lease }
                for slot in slots { leases[slot] = nil }
            } else {
                resources?.giveBack()
            }
            then(isInForce)
        }
    }

    func apply(
        _ plan: CallPlan, adding sockets: [CallSocket], removing slots: [Int], then: @escaping @ControlActor (_ isInForce: Bool) -> Void
    ) {
        handle.apply(plan, adding: sockets, removing: slots) { isInForce in ControlThread.post { then(isInForce) } }
    }

    /// Carries out a command that may end in one of the protocol's errors before anything has happened.
    func attempt(_ reply: Reply, _ body: () throws(NGError) -> Void) {
        do throws(NGError) { try body() } catch { reply(.error(error)) }
    }
}
