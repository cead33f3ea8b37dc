/// What `query` and `delete` say of a call, under rtpengine's key names.
public struct CallReport: Sendable, Equatable {
    /// Unix time [us].
    public var created: Int64 = 0
    /// Unix time of the last offer or answer [s].
    public var lastSignal: Int64 = 0
    /// As the client sent it.
    public var metadata: String?
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
        return output
    }

    private var globalSSRC: NGDictionary {
        var output = NGDictionary()
        for ingress in parties.flatMap(\.medias).flatMap(\.ingress) { output[String(ingress.ssrc)] = .dictionary(ingress.dictionary) }
        return output
    }

    private var tags: NGDictionary {
        var output = NGDictionary()
        for (index, party) in parties.enumerated() {
            output.append(party.tag ?? "<untagged \(index + 1)>", .dictionary(party.dictionary(inlineSSRC: reportsInlineSSRC)))
        }
        return output
    }

    /// What all parties sent to us.
    private var totals: NGDictionary {
        let streams = parties.flatMap(\.medias).flatMap(\.streams)
        let rtp = streams.filter { !$0.isRTCPOnly }.map(\.received).reduce(TrafficReport(), +)
        let rtcp = streams.map { $0.isRTCPOnly ? $0.received : $0.receivedRTCP }.reduce(TrafficReport(), +)
        return ["RTP": .dictionary(rtp.dictionary), "RTCP": .dictionary(rtcp.dictionary)]
    }
}

/// One party: an entry of `tags`.
public struct PartyReport: Sendable, Equatable {
    /// `nil` for a party whose tag is not known yet.
    public var tag: String?
    public var viaBranch: String?
    /// As the client sent it.
    public var label: String?
    /// Unix time [s].
    public var created: Int64 = 0
    /// The tags of the parties that it hears.
    public var subscriptions: [String] = []
    /// The tags of the parties that hear it.
    public var subscribers: [String] = []
    public var medias: [MediaReport] = []

    public init() {}

    func dictionary(inlineSSRC: Bool) -> NGDictionary {
        var output = NGDictionary()
        output.append("tag", tag.map(NGValue.string))
        output.append("via-branch", viaBranch.map(NGValue.string))
        output.append("label", label.map(NGValue.string))
        output.append("created", .integer(created))
        output.append("subscriptions", Self.list(subscriptions))
        output.append("subscribers", Self.list(subscribers))
        output.append("medias", .list(medias.map { .dictionary($0.dictionary(inlineSSRC: inlineSSRC)) }))
        return output
    }

    private static func list(_ tags: [String]) -> NGValue {
        .list(tags.map { ["tag": .string($0), "type": "offer/answer"] })
    }
}
