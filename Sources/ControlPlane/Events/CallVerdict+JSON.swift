import Wire

extension CallVerdict: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try object.encode(reason.rawValue.split(separator: " ").joined(separator: "-"), forKey: "reason")
        try object.encode(duration.milliseconds, forKey: "duration-ms")
        try object.encode(parties, forKey: "parties")
        try object.encodeIfPresent(forecast, forKey: "meta-error")
    }
}

extension PartyVerdict: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try party.encode(into: &object)
        try object.encode(clipped.milliseconds, forKey: "clipped-ms")
        try object.encode(setup, forKey: "setup")
        try object.encode(packetsIn, forKey: "packets-in")
        try object.encode(packetsOut, forKey: "packets-out")
        try object.encode(lost, forKey: "lost")
        try object.encodeIfPresent(jitter?.hundredths, forKey: "jitter-ms")
        try object.encodeIfPresent(averageMOS?.hundredths, forKey: "mos-average")
        try object.encodeIfPresent(lowestMOS?.hundredths, forKey: "mos-lowest")
        try object.encode(receivedSSRCs, forKey: "ssrcs-in")
        try object.encodeIfPresent(sentSSRC, forKey: "ssrc-out")
        try object.encodeIfPresent(roundTrip.flatMap { ($0.seconds * 1_000).hundredths }, forKey: "round-trip-ms")
        try object.encode(longestBacklog.milliseconds, forKey: "longest-backlog-ms")
        try object.encode(presencePackets, forKey: "presence-packets")
    }
}

extension SetupVerdict: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try object.encode(fromPlan, forKey: "from-plan")
        try object.encodeIfPresent(fromAnswer, forKey: "from-answer")
    }
}

extension SetupVerdict.Steps: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try object.encodeIfPresent(ice?.milliseconds, forKey: "ice-ms")
        try object.encodeIfPresent(dtls?.milliseconds, forKey: "dtls-ms")
        try object.encodeIfPresent(mediaReady?.milliseconds, forKey: "media-ready-ms")
        try object.encodeIfPresent(firstPacketIn?.milliseconds, forKey: "first-packet-in-ms")
        try object.encodeIfPresent(firstPacketOut?.milliseconds, forKey: "first-packet-out-ms")
    }
}

extension MetaErrorForecast: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try object.encode(cause.rawValue, forKey: "cause")
        try object.encode(text, forKey: "text")
    }
}
