import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    func carryOut(_ offer: OfferCommand, _ reply: @escaping Reply) {
        note(offer.fields, party: offer.fromTag, label: offer.fields.label)
        if offer.fields.isFragment { return carryOutFragment(offer.sdp, of: offer.fromTag, reply) }
        withRequest(sdp: offer.sdp, fromTag: offer.fromTag, toTag: offer.toTag, offer.fields, offer.media) { [self] request, warning in
            let dialogue = dialogue
            negotiate("offer", of: offer.fromTag, offer.media, warning: warning, { resources throws(NegotiationError) in
                try Negotiator.offer(request, dialogue: dialogue, resources: resources)
            }, then: { [self] outcome in
                if dialogue == nil, self.dialogue != nil { setTimer(.offer, environment.settings.timeouts.offer) }
                record(offer.fields.recording, "offer", of: offer.fromTag, outcome, reply)
            })
        }
    }

    func carryOut(_ answer: AnswerCommand, _ reply: @escaping Reply) {
        guard let dialogue else { return reply(.error(.unknownCall)) }
        note(answer.fields, party: answer.toTag, label: answer.fields.label)
        if answer.fields.isFragment { return carryOutFragment(answer.sdp, of: answer.toTag, reply) }
        withRequest(sdp: answer.sdp, fromTag: answer.fromTag, toTag: answer.toTag, answer.fields, answer.media) { [self] request, warning in
            negotiate("answer", of: answer.toTag, answer.media, warning: warning, { resources throws(NegotiationError) in
                try Negotiator.answer(request, dialogue: dialogue, resources: resources)
            }, then: { [self] outcome in
                if outcome.isSuccess {
                    cancelTimer(.offer)
                    answered = answered ?? environment.engine.now
                }
                record(answer.fields.recording, "answer", of: answer.toTag, outcome, reply)
            })
        }
    }

    /// - Parameter body: is given the request, with what its client should hear of: a recording that cannot be played holds no call up.
    private func withRequest(
        sdp: String, fromTag: String, toTag: String?, _ fields: MessageFields, _ media: MediaOptions,
        _ body: @escaping @ControlActor (NegotiationRequest, _ warning: String?) -> Void
    ) {
        let request = NegotiationRequest(
            sdp: sdp, fromTag: fromTag, toTag: toTag, viaBranch: fields.viaBranch, label: fields.label,
            options: media, defaults: environment.negotiationDefaults)
        guard let path = media.whatsApp.holdFile else { return body(request, nil) }
        Task { @ControlActor in
            // Files are read elsewhere: a disk may be slow.
            var request = request
            do throws(RecordingLibrary.Problem) {
                request.holdAudio = try await environment.recordings.recording(path)
                body(request, nil)
            } catch {
                log(.warning, "no hold-file: \(error.description.printable)")
                body(request, "hold-file: \(error)")
            }
        }
    }

    /// Runs a negotiation and puts its plan in force; only then is there a reply.
    ///
    /// If anything fails, what was leased goes back, and the former dialogue and plan stay; a call that had none ends.
    /// - Parameters:
    ///   - refusal: the protocol's error for one of the negotiation's.
    ///   - content: what the reply says beside `result`.
    func negotiate(
        _ name: String, of speaker: String, _ options: MediaOptions, warning: String? = nil,
        refusal: @escaping (NegotiationError) -> NGError = { NGError($0) },
        content: @escaping @ControlActor (NegotiationResult) -> NGDictionary = { $0.reply },
        _ negotiate: (RequestResources) throws(NegotiationError) -> NegotiationResult,
        then reply: @escaping Reply
    ) {
        let resources = makeResources()
        var result: NegotiationResult
        do throws(NegotiationError) { result = try negotiate(resources) } catch {
            resources.giveBack()
            return refuse(error, as: refusal(error), reply)
        }
        var controls = controls
        if let speaker = result.dialogue.participant(tag: speaker) { controls.note(options, of: speaker) }
        result.plan = finished(result.plan, controls)
        apply(result.plan, adding: resources.sockets, removing: result.removedSlots) { [self, result, controls] isInForce in
            guard isInForce else {
                // The engine gave the sockets back, but not what was reserved on those that the call had.
                resources.giveBack()
                let error = NegotiationError.cannotRewrite(detail: "the media engine refused the plan")
                return refuse(error, as: refusal(error), reply)
            }
            self.controls = controls
            adopt(result, resources.sockets, name)
            if options.typeOfService != nil, leases.values.contains(where: \.isShared) {
                log(.notice, "TOS does nothing on ports that other calls share", metadata: ["subsystem": "control"])
            }
            takeWaitingFragments { reply(.ok(content(result), warning: warning)) }
        }
    }

    /// What was negotiated is in force.
    private func adopt(_ result: NegotiationResult, _ sockets: [CallSocket], _ name: String) {
        for socket in sockets { leases[socket.slot] = socket.lease }
        for slot in result.removedSlots { leases[slot] = nil }
        dialogue = result.dialogue
        plan = result.plan
        log(result, name)
        // A call that is used again is not deleted.
        cancelTimer(.deletion)
    }

    private func log(_ result: NegotiationResult, _ name: String) {
        for remark in result.remarks { log(.notice, "\(remark.printable)", metadata: ["subsystem": "control"]) }
        log(.info, "\(name) in force: \(result.dialogue.outline)", metadata: ["subsystem": "control"])
        for media in result.plan.media { log(.debug, "\(media.outline)", metadata: ["subsystem": "codec"]) }
        for finding in result.findings { log(finding.logLevel, "\(finding.outline)") }
        // A re-offer says the same again.
        let new = result.findings.filter { !findings.contains($0) }
        findings += new.prefix(max(0, Self.maximumFindings - findings.count))
    }

    private static let maximumFindings = 64

    private func refuse(_ error: NegotiationError, as reason: NGError, _ reply: @escaping Reply) {
        log(.warning, "refused: \(error)")
        let refusal = NGReply.error(reason)
        if dialogue == nil { end(.refused) { _ in reply(refusal) } } else { reply(refusal) }
    }

    /// Keeps what a message says beside the SDP.
    /// - Parameter label: that of the party, where it is not what `label` means.
    func note(_ fields: MessageFields, party tag: String, label: String?) {
        lastSignal = environment.unixMicroseconds / 1_000_000
        if fields.isDebugging { isDebugging = true }
        metadata = fields.metadata ?? metadata
        if let text = fields.digitReports { noteDigitDestination(text) }
        if let index = parties.firstIndex(where: { $0.tag == tag }) {
            parties[index].label = label ?? parties[index].label
            parties[index].metadata = fields.metadata ?? parties[index].metadata
        } else if parties.count < 32 {
            // A dialogue has two parties; forks leave a few tags behind, and nobody needs more.
            parties.append(PartyNotes(tag: tag, label: label, metadata: fields.metadata, created: lastSignal))
        }
    }
}

extension CallSession {
    /// `DTMF-log-dest`
    private func noteDigitDestination(_ text: String) {
        if let address = ListenAddress(text)?.transportAddress {
            digitDestination = address
        } else {
            log(.warning, "DTMF-log-dest is no address with a port: \(text.printable)")
        }
    }

    func notes(_ tag: String?) -> PartyNotes? { parties.first { $0.tag == tag } }
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
