import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol

extension CallSession {
    /// `subscribe request`: offers somebody what parties of the call say, or hear.
    func carryOut(_ command: SubscribeCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            guard let dialogue else { throw .unknownCallID }
            let sources = try sources(command.parties, in: dialogue)
            let tag = command.toTag ?? RandomTag.make()
            note(command.fields, party: tag, label: command.label)
            let request = SubscriptionRequest(
                sources: sources, tag: tag, label: command.label, flags: command.options, options: command.media,
                defaults: environment.negotiationDefaults)
            let isDescribed = command.options.describesMedia
            negotiate("subscription", of: tag, command.media, refusal: { _ in .subscriptionRequest }, content: { result in
                Self.reply(result, tag, isDescribed: isDescribed)
            }, { resources throws(NegotiationError) in
                try Negotiator.subscribe(request, dialogue: dialogue, resources: resources)
            }, then: reply)
        }
    }

    private func sources(_ parties: PartySelection, in dialogue: Dialogue) throws(NGError) -> [Int] {
        var sources: [Int]
        if parties.scope == .everything {
            sources = dialogue.subscribable
        } else if let index = try participant(parties) {
            sources = [index]
        } else {
            sources = parties.fromTags.compactMap { dialogue.participant(tag: $0) }
        }
        guard !sources.isEmpty else { throw .noMediasFound }
        return sources
    }

    /// The keys of the reply to `subscribe request`.
    private static func reply(_ result: NegotiationResult, _ tag: String, isDescribed: Bool) -> NGDictionary {
        let dialogue = result.dialogue
        let medias = dialogue.participant(tag: tag).map(dialogue.subscribedMedia) ?? []
        var sources: [Int] = []
        for media in medias where !sources.contains(media.participant) { sources.append(media.participant) }
        func name(_ source: Int) -> NGValue { .string(dialogue.participants[source].tag ?? "") }
        var reply: NGDictionary = ["sdp": .string(result.sdp)]
        if sources.count == 1 { reply["from-tag"] = name(sources[0]) }
        if isDescribed {
            reply["tag-medias"] = .list(sources.map { source in
                var entry: NGDictionary = ["tag": name(source)]
                entry["label"] = dialogue.participants[source].label.map(NGValue.string)
                entry["medias"] = .list(medias.filter { $0.participant == source }.map { media in
                    ["index": .integer(Int64(media.index)), "type": .string(media.kind), "label": .string(media.label),
                     "mode": .string(media.mode)]
                })
                return .dictionary(entry)
            })
            var labels = NGDictionary()
            for media in medias {
                var entry: NGDictionary = [
                    "tag": name(media.participant), "index": .integer(Int64(media.index)), "type": .string(media.kind),
                ]
                entry["label"] = dialogue.participants[media.participant].label.map(NGValue.string)
                entry["mode"] = .string(media.mode)
                labels[media.label] = .dictionary(entry)
            }
            reply["media-labels"] = .dictionary(labels)
        }
        reply["from-tags"] = .list(sources.map(name))
        reply["to-tag"] = .string(tag)
        return reply
    }

    /// `subscribe answer`
    func carryOut(_ answer: SubscribeAnswerCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            guard let dialogue else { throw .unknownCallID }
            guard let tag = answer.toTag else { throw .noToTag }
            guard let sdp = answer.sdp else { throw .noSDP }
            guard let index = dialogue.participant(tag: tag), dialogue.participants[index].role == .subscriber else { throw .toTagNotFound }
            note(answer.fields, party: tag, label: nil)
            answerToOurs("subscription answer", of: tag, sdp, answer.media, dialogue, failing: .subscriptionAnswer, reply)
        }
    }

    /// `unsubscribe`. To end what is not there is no error to rtpengine either.
    func carryOut(_ command: UnsubscribeCommand, _ reply: @escaping Reply) {
        guard let tag = command.toTag else { return reply(.error(.noToTag)) }
        let removal = dialogue?.unsubscribing(
            tag: tag, certificate: environment.certificate, defaults: environment.negotiationDefaults)
        guard let removal else {
            log(.notice, "no subscriber \(tag.printable)")
            return reply(.ok())
        }
        change(controls, dialogue: removal.dialogue, removing: removal.removedSlots) { [self] isInForce in
            guard isInForce else { return reply(.error(.unsubscription)) }
            log(.info, "unsubscribed: \(tag.printable)")
            reply(.ok())
        }
    }

    /// Completes an offer that was ours alone; the reply has no keys of its own.
    private func answerToOurs(
        _ name: String, of tag: String, _ sdp: String, _ media: MediaOptions, _ dialogue: Dialogue, failing error: NGError,
        _ reply: @escaping Reply
    ) {
        let request = NegotiationRequest(sdp: sdp, fromTag: tag, options: media, defaults: environment.negotiationDefaults)
        negotiate(name, of: tag, media, refusal: { problem in
            if case .malformedSDP = problem { .unparsableSDP } else { error }
        }, content: { _ in NGDictionary() }, { resources throws(NegotiationError) in
            try Negotiator.answerToOurs(request, dialogue: dialogue, resources: resources)
        }, then: reply)
    }

    // MARK: - Parties that talk with nobody

    /// `publish`: a party that only sends.
    func carryOut(_ publish: PublishCommand, _ reply: @escaping Reply) {
        guard let tag = publish.fromTag else { return reply(.error(.noFromTag)) }
        note(publish.fields, party: tag, label: publish.fields.label)
        let request = NegotiationRequest(
            sdp: publish.sdp, fromTag: tag, label: publish.fields.label, options: publish.media, defaults: environment.negotiationDefaults)
        let (dialogue, callID) = (dialogue, callID)
        negotiate("publication", of: tag, publish.media, refusal: { problem in
            switch problem {
            case .malformedSDP: .unparsableSDP
            case .outOfPorts: .outOfPorts
            default: .sdpCreation
            }
        }, content: { result in
            ["sdp": .string(result.sdp), "call-id": .string(callID), "from-tag": .string(tag)]
        }, { resources throws(NegotiationError) in
            try Negotiator.publish(request, dialogue: dialogue, resources: resources)
        }, then: { [self] outcome in
            if outcome.isSuccess { settle() }
            reply(outcome)
        })
    }

    /// `create`: an offer with nobody on the other side.
    func carryOut(_ create: CreateCommand, _ reply: @escaping Reply) {
        guard let tag = create.fromTag else { return reply(.error(.callCreation)) }
        note(create.fields, party: tag, label: create.fields.label)
        let request = CreationRequest(
            medias: create.medias, tag: tag, label: create.fields.label, options: create.media, defaults: environment.negotiationDefaults)
        let (dialogue, callID) = (dialogue, callID)
        negotiate("creation", of: tag, create.media, refusal: { $0 == .outOfPorts ? .outOfPorts : .createdSDP }, content: { result in
            ["call-id": .string(callID), "from-tag": .string(tag), "sdp": .string(result.sdp)]
        }, { resources throws(NegotiationError) in
            try Negotiator.create(request, dialogue: dialogue, resources: resources)
        }, then: { [self] outcome in
            if dialogue == nil, self.dialogue != nil { setTimer(.offer, environment.settings.timeouts.offer) }
            reply(outcome)
        })
    }

    /// `create answer`
    func carryOut(_ answer: CreateAnswerCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            guard let dialogue else { throw .createdCallNotFound }
            guard let index = dialogue.participant(tag: answer.fromTag), dialogue.participants[index].isUnpartnered else {
                throw .createdTagNotFound
            }
            note(answer.fields, party: answer.fromTag, label: answer.fields.label)
            answerToOurs("answer", of: answer.fromTag, answer.sdp, answer.media, dialogue, failing: .createdAnswer) { [self] outcome in
                if outcome.isSuccess { settle() }
                reply(outcome)
            }
        }
    }

    /// Packets are to be expected from now on.
    private func settle() {
        cancelTimer(.offer)
        answered = answered ?? environment.engine.now
    }
}

/// What a client left to us to name.
enum RandomTag {
    /// 64 hexadecimal digits.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension PublishCommand {
    /// With the names that the client left to us.
    var named: PublishCommand {
        var command = self
        command.callID = callID ?? RandomTag.make()
        command.fromTag = fromTag ?? RandomTag.make()
        return command
    }
}

extension CreateCommand {
    /// As `PublishCommand.named`.
    var named: CreateCommand {
        var command = self
        command.callID = callID ?? RandomTag.make()
        command.fromTag = fromTag ?? RandomTag.make()
        return command
    }
}
