/// What `query` and `delete` say of a call, under rtpengine's key names.
public struct CallReport: Sendable, Equatable {
    /// Unix time [us].
    public var created: Int64 = 0
    /// Unix time of the last offer or answer [s].
    public var lastSignal: Int64 = 0
    /// As the client sent it.
    public var metadata: String?
    /// Whether it is being recorded just now; `nil` without a recording.
    public var isRecording: Bool?
    public var parties: [PartyReport] = []
    /// Whether the streams' statistics go into the reply's `SSRC`.
    public var reportsGlobalSSRC = true
    /// Whether they go with each media.
    public var reportsInlineSSRC = true

    public init() {}

    public var dictionary: NGDictionary {
        var output: NGDictionary = [
            "created": .integer(created / 1_000_000), "created_us": .integer(created % 1_000_000), "created_ts": .integer(created),
            "last signal": .integer(lastSignal), "last redis update": 0,
        ]
        output.append("metadata", metadata.map(NGValue.string))
        if reportsGlobalSSRC { output.append("SSRC", .dictionary(globalSSRC)) }
        output.append("tags", .dictionary(tags))
        output.append("totals", .dictionary(totals))
        if let isRecording { output.append("recording", ["call recording": .integer(isRecording ? 1 : 0), "forwarding": 0]) }
        return output
    }

    /// A stream that several parties send, as one that is forwarded, is the first one's.
    private var globalSSRC: NGDictionary {
        var output = NGDictionary()
        for ingress in parties.flatMap(\.medias).flatMap(\.ingress) where output[String(ingress.ssrc)] == nil {
            output[String(ingress.ssrc)] = .dictionary(ingress.dictionary)
        }
        return output
    }

    private var tags: NGDictionary {
        var output = NGDictionary()
        for party in parties {
            let entry = party.dictionary(inlineSSRC: reportsInlineSSRC, isRecorded: isRecording != nil)
            output.append(party.tag ?? "<untagged \(party.number)>", .dictionary(entry))
        }
        return output
    }

    /// What all parties sent to us.
    private var totals: NGDictionary {
        let streams = parties.flatMap(\.medias).flatMap(\.streams)
        let rtp = streams.filter { !$0.isRTCPOnly }.map(\.received).reduce(TrafficReport(), +)
        let rtcp = streams.filter(\.isRTCPOnly).map(\.received).reduce(TrafficReport(), +)
        return ["RTP": .dictionary(rtp.dictionary), "RTCP": .dictionary(rtcp.dictionary)]
    }
}

/// One party: an entry of `tags`.
public struct PartyReport: Sendable, Equatable {
    /// From 0, in the order in which the parties came into the call; never another one's.
    public var number = 0
    /// `nil` for a party whose tag is not known yet.
    public var tag: String?
    public var viaBranch: String?
    /// Other tags that mean the same party.
    public var aliases: [String] = []
    /// As the client sent it.
    public var label: String?
    /// What the party's last message with `metadata` said.
    public var metadata: String?
    /// Unix time [s].
    public var created: Int64 = 0
    /// The parties that it hears.
    public var subscriptions: [SubscriptionReport] = []
    /// The parties that hear it.
    public var subscribers: [SubscriptionReport] = []
    public var medias: [MediaReport] = []
    /// Nothing of it is in a recording of the call.
    public var isExcludedFromRecording = false

    public init() {}

    func dictionary(inlineSSRC: Bool, isRecorded: Bool = false) -> NGDictionary {
        var output = NGDictionary()
        output.append("tag", .string(tag ?? ""))
        output.append("via-branch", viaBranch.map(NGValue.string))
        if !aliases.isEmpty { output.append("tag-aliases", .list(aliases.map(NGValue.string))) }
        output.append("label", label.map(NGValue.string))
        output.append("created", .integer(created))
        output.append("metadata", metadata.map(NGValue.string))
        output.append("subscriptions", .list(subscriptions.map { .dictionary($0.dictionary) }))
        output.append("subscribers", .list(subscribers.map { .dictionary($0.dictionary) }))
        output.append("medias", .list(medias.map { .dictionary($0.dictionary(inlineSSRC: inlineSSRC)) }))
        // Star codes, of which there are none.
        output.append("VSC", [])
        if isRecorded || isExcludedFromRecording {
            output.append("recording", ["excluded": .integer(isExcludedFromRecording ? 1 : 0), "forwarding": 0])
        }
        return output
    }
}

/// Who hears whom: an entry of `subscriptions` or `subscribers`.
public struct SubscriptionReport: Sendable, Equatable {
    /// Of the other party; `nil` while it is not known.
    public var tag: String?
    /// By an offer and its answer, and not by `subscribe request`.
    public var isOfferAnswer: Bool

    public init(tag: String?, isOfferAnswer: Bool = true) {
        self.tag = tag
        self.isOfferAnswer = isOfferAnswer
    }

    var dictionary: NGDictionary { ["tag": .string(tag ?? ""), "type": isOfferAnswer ? "offer/answer" : "pub/sub"] }
}
