extension OptionTable {
    /// Keys of the command itself: which call, how to treat it.
    static let commandKeys: [OptionEntry] = [
        .text("command", .p1, "the command's name", \.fields.command),
        .text("call-id", aliases: ["call-ID"], .p1, "the call", \.fields.callID),
        .text("from-tag", .p1, "the party that offers, or is meant or asked about", \.fields.fromTag),
        .text("to-tag", .p1, "the party that answers; a subscriber; the far end of a flow of media", \.fields.toTag),
        .text("sdp", aliases: ["SDP"], .p1, "the session description", \.fields.sdp),
        .text("via-branch", .p1, "separates the branches of a forked call", \.fields.viaBranch),
        .text("metadata", .p2, "free text kept with the call and shown in query and delete", \.fields.metadata),
        .number("delete-delay", .p1, "seconds that a deleted call goes on; 0 ends it at once", \.fields.deleteDelay),
        .number("limit", .p1, "how many calls list may name; 32 unless given", \.fields.limit),
        .text("body", .p3, "cli: the line to carry out", \.fields.body),
        OptionEntry("sip-code", aliases: ["SIP-code", "sip-response-code", "SIP-response-code"], .integer, .p2,
                    "answer: 100 to 199 is a provisional one, as the flag of that name") { value, message in
            guard let code = value.number else { return [.unknown(value.text ?? "(not a number)")] }
            message.media.forking.sipCode = code
            if (100..<200).contains(code) { message.media.forking.isProvisional = true }
            return []
        },
        .words("sip-message-type", aliases: ["SIP-message-type"], form: .string, .p1, status: .ignored,
               "request or reply: the command and sip-code tell all that is needed") { word, _ in
            switch canonical(word).lowercased() {
            case "request", "sip-request", "reply", "sip-reply", "sip-response": nil
            default: .unknown
            }
        },
        .words("supports", .p1, "what the client understands: load limit") { word, message in
            guard canonical(word) == "load-limit" else { return .unknown }
            message.fields.knowsLoadLimit = true
            return nil
        },
        OptionEntry("flags", .list, .p1, "words of their own; see the flags") { value, message in
            for word in value.words { apply(flag: word, to: &message) }
            return []
        },
        OptionEntry("rtpp-flags", .string, .p1, "keys and flags in one string of words, as proxies send them unparsed") { value, message in
            guard let text = value.text else { return [.unknown("(not a string)")] }
            message.apply(text: text)
            return []
        },
        OptionEntry("template", .string, .p2, "the name of a set of keys and flags of the configuration, applied here") { value, message in
            guard let name = value.text else { return [.unknown("(not a string)")] }
            message.apply(template: name, isNamed: true)
            return []
        },
        OptionEntry("medias", aliases: ["media"], .list, .p2, "create: the m-lines, each a dictionary of type, id and codecs") {
            $1.fields.applyMedias($0)
        },
    ]

    /// Keys that say which parties are meant.
    static let partyKeys: [OptionEntry] = [
        .text("label", aliases: ["from-label"], .p2, "a name for the party, shown in query and delete; or the party of that name",
              \.fields.label),
        .text("set-label", .p2, "a new label for the selected party", \.fields.parties.newLabel),
        .text("to-label", .p2, "as to-tag, by the label", \.fields.parties.toLabel),
        .text("address", .p2, "the party whose description has this address", \.fields.parties.address),
        .words("from-tags", .p2, "subscribe request: several parties") { $1.fields.parties.add(fromTag: $0) },
        .words("all", form: .string, .p2, "all (everybody), or flows from the party: offer-answer, except-offer-answer, flows; none") {
            $1.fields.parties.applyScope($0)
        },
    ]
}

extension PartyFields {
    mutating func add(fromTag tag: String) -> WordProblem? {
        guard !tag.isEmpty, fromTags.count < Self.maximumFromTags else { return .unknown }
        fromTags.append(Escapes.undone(tag))
        return nil
    }

    mutating func applyScope(_ word: String) -> WordProblem? {
        switch word {
        case "all": scope = .everything
        case "none": scope = nil
        case "offer-answer": scope = .offerAnswer
        case "except-offer-answer", "not-offer-answer", "non-offer-answer": scope = .exceptOfferAnswer
        case "flows": scope = .flows
        default: return .unknown
        }
        return nil
    }
}

extension MessageFields {
    /// No description has more m-lines.
    private static let maximumMedias = 64

    mutating func applyMedias(_ value: NGValue) -> [OptionEntry.Remark] {
        guard case .list(let elements) = value else { return [.unknown("(not a list)")] }
        return elements.prefix(max(0, Self.maximumMedias - medias.count)).flatMap { element -> [OptionEntry.Remark] in
            guard case .dictionary(let keys) = element else { return [.unknown("(not a dictionary)")] }
            var media = RequestedMedia()
            let remarks = keys.entries.compactMap { media.apply($0.key, $0.value) }
            medias.append(media)
            return remarks
        }
    }
}

extension RequestedMedia {
    fileprivate mutating func apply(_ key: String, _ value: NGValue) -> OptionEntry.Remark? {
        switch key {
        case "type", "id":
            guard let text = value.text, text.isOneWord else { return .unknown(value.text ?? key) }
            if key == "id" { id = text } else { kind = text }
        case "codec", "codecs":
            let room = CodecOptions.maximumEntries - codecs.count
            codecs += value.words.prefix(max(0, room)).filter(\.isOfOneLine).map(Escapes.undone)
        // Of `transform`.
        case "destination": break
        default: return .unknown(key)
        }
        return nil
    }
}
