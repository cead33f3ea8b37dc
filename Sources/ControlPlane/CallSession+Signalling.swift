import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    func carryOut(_ offer: OfferCommand) async -> NGReply {
        note(offer.fields, party: offer.fromTag)
        if offer.fields.isFragment { return await acknowledgeFragment() }
        let (request, warning) = await request(sdp: offer.sdp, fromTag: offer.fromTag, toTag: offer.toTag, offer.fields, offer.media)
        let dialogue = dialogue
        let reply = await negotiate("offer", warning: warning) { resources throws(NegotiationError) in
            try Negotiator.offer(request, dialogue: dialogue, resources: resources)
        }
        if dialogue == nil, self.dialogue != nil { setTimer(.offer, environment.configuration.timeouts.offer) }
        return reply
    }

    func carryOut(_ answer: AnswerCommand) async -> NGReply {
        guard let dialogue else { return .error(.unknownCall) }
        note(answer.fields, party: answer.toTag)
        if answer.fields.isFragment { return await acknowledgeFragment() }
        let (request, warning) = await request(
            sdp: answer.sdp, fromTag: answer.fromTag, toTag: answer.toTag, answer.fields, answer.media)
        let reply = await negotiate("answer", warning: warning) { resources throws(NegotiationError) in
            try Negotiator.answer(request, dialogue: dialogue, resources: resources)
        }
        if reply.isSuccess {
            cancelTimer(.offer)
            answered = answered ?? environment.engine.now
        }
        return reply
    }

    /// Opens the gate of `hold-until-accept`; without one there is nothing to do.
    func carryOut(_ unblock: UnblockMediaCommand) async -> NGReply {
        guard var dialogue, matches(fromTag: unblock.fromTag, toTag: nil) else { return .error(.unknownCall) }
        guard dialogue.isGated else { return .ok() }
        dialogue.openGate()
        let plan = observed(dialogue.plan(certificate: environment.certificate, defaults: environment.negotiationDefaults))
        guard await apply(plan, adding: [], removing: []) else { return .error(.unknownCall) }
        self.dialogue = dialogue
        self.plan = plan
        logger.info("media is let through")
        return .ok()
    }

    /// A fragment adds candidates to a description; the peer's checks tell us of them too. It makes no call.
    private func acknowledgeFragment() async -> NGReply {
        if dialogue == nil { await end(.refused) }
        return .ok(warning: "trickle ICE fragments are not applied")
    }

    /// - Returns: with what its client should hear of: a recording that cannot be played holds no call up.
    private func request(
        sdp: String, fromTag: String, toTag: String?, _ fields: MessageFields, _ media: MediaOptions
    ) async -> (NegotiationRequest, warning: String?) {
        var request = NegotiationRequest(
            sdp: sdp, fromTag: fromTag, toTag: toTag, viaBranch: fields.viaBranch,
            options: media, defaults: environment.negotiationDefaults)
        guard let path = media.whatsApp.holdFile else { return (request, nil) }
        do throws(RecordingLibrary.Problem) {
            request.holdAudio = try await environment.recordings.recording(path)
            return (request, nil)
        } catch {
            logger.warning("no hold-file: \(error.description.printable)")
            return (request, "hold-file: \(error)")
        }
    }

    /// Runs a negotiation and puts its plan in force; only then is there a reply.
    ///
    /// If anything fails, what was leased goes back, and the former dialogue and plan stay; a call that had none ends.
    private func negotiate(
        _ name: String, warning: String?, _ negotiate: (RequestResources) throws(NegotiationError) -> NegotiationResult
    ) async -> NGReply {
        let resources = RequestResources(
            interfaces: environment.interfaces, certificate: environment.certificate, leases: leases, call: handle)
        var result: NegotiationResult
        do throws(NegotiationError) { result = try negotiate(resources) } catch {
            resources.giveBack()
            return await refuse(error)
        }
        let sockets = resources.sockets
        result.plan = observed(result.plan)
        guard await apply(result.plan, adding: sockets, removing: result.removedSlots) else {
            // The engine gave the sockets back, but not what was reserved on those that the call had.
            resources.giveBack()
            return await refuse(.cannotRewrite(detail: "the media engine refused the plan"))
        }
        for socket in sockets { leases[socket.slot] = socket.lease }
        for slot in result.removedSlots { leases[slot] = nil }
        dialogue = result.dialogue
        plan = result.plan
        log(result, name)
        // A call that is used again is not deleted.
        cancelTimer(.deletion)
        return .ok(result.reply, warning: warning)
    }

    private func log(_ result: NegotiationResult, _ name: String) {
        for remark in result.remarks { logger.notice("\(remark.printable)") }
        logger.info("\(name) in force: \(result.dialogue.outline)")
        for media in result.plan.media { logger.debug("\(media.outline)") }
        for finding in result.findings { logger.log(level: finding.logLevel, "\(finding.outline)") }
        // A re-offer says the same again.
        let new = result.findings.filter { !findings.contains($0) }
        findings += new.prefix(max(0, Self.maximumFindings - findings.count))
    }

    private static let maximumFindings = 64

    private func observed(_ plan: CallPlan) -> CallPlan {
        var plan = plan
        plan.observation = environment.configuration.observation
        return plan
    }

    private func apply(_ plan: CallPlan, adding sockets: [CallSocket], removing slots: [Int]) async -> Bool {
        let handle = handle
        return await withCheckedContinuation { continuation in
            handle.apply(plan, adding: sockets, removing: slots) { continuation.resume(returning: $0) }
        }
    }

    private func refuse(_ error: NegotiationError) async -> NGReply {
        logger.warning("refused: \(error)")
        if dialogue == nil { await end(.refused) }
        return .error(NGError(error))
    }

    /// Keeps what a message says beside the SDP.
    private func note(_ fields: MessageFields, party tag: String) {
        lastSignal = environment.unixMicroseconds / 1_000_000
        if fields.isDebugging { logger.logLevel = .debug }
        metadata = fields.metadata ?? metadata
        // A dialogue has two parties; forks leave a few tags behind, and nobody needs more.
        guard parties[tag] != nil || parties.count < 32 else { return }
        parties[tag, default: PartyNotes(created: lastSignal)].label = fields.label ?? parties[tag]?.label
    }
}

extension Dialogue {
    /// Both ends in a few words, for the log.
    var outline: String {
        participants.map { "\($0.tag?.printable ?? "?") \($0.transportProtocol) \($0.codecName ?? "-")" }.joined(separator: ", ")
    }
}

extension NGReply {
    var isSuccess: Bool { dictionary["result"] == "ok" }
}

extension NGError {
    init(_ error: NegotiationError) {
        self = switch error {
        case .malformedSDP: .unparsableSDP
        case .incompleteSDP: .incompleteSDP
        case .invalidDialogue: .invalidDialogue
        case .cannotRewrite: .sdpRewriting
        case .outOfPorts: .outOfPorts
        }
    }
}
