import Logging
import MediaCore
import Negotiation
import NGProtocol

extension CallSession {
    /// `block`, `unblock`, `silence` and `unsilence`.
    func carryOut(_ command: TreatmentCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            guard var dialogue else { throw .unknownCallID }
            let scope = try scope(command.parties, knowsSinks: command.treatment != .blockDTMF)
            relabel(command.parties)
            var controls = controls
            controls.set(MediaTreatment(command.treatment), isOn: command.isOn, for: scope)
            // `hold-until-accept` waits for this command too.
            let opensGate = command.treatment == .blockMedia && !command.isOn && dialogue.isGated
            dialogue = self.dialogue ?? dialogue
            if opensGate { dialogue.openGate() }
            change(controls, dialogue: dialogue) { [self] isInForce in
                guard isInForce else { return reply(.error(.unknownCallID)) }
                if opensGate { log(.info, "media is let through") }
                log(.info, "\(command.isOn ? "" : "un")\(command.treatment.name): \(scope)")
                reply(.ok())
            }
        }
    }
}

extension MediaTreatment {
    fileprivate init(_ treatment: TreatmentCommand.Treatment) {
        self = switch treatment {
        case .blockDTMF: .digitsBlocked
        case .blockMedia: .blocked
        case .silenceMedia: .silenced
        }
    }
}

extension TreatmentCommand.Treatment {
    fileprivate var name: String {
        switch self {
        case .blockDTMF: "block DTMF"
        case .blockMedia: "block media"
        case .silenceMedia: "silence media"
        }
    }
}
