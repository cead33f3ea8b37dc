import NGProtocol

/// What the relay says of a stream that it received, from a `query` or `delete` reply.
struct RelayStream {
    var packets: Int
    var lost: Int
    /// Averages: mean opinion score of 1.0 to 5.0, [ms].
    var mos: Double?
    var jitter: Int?

    /// - Returns: `nil` where the reply has no entry for this SSRC.
    init?(_ reply: NGDictionary, ssrc: UInt32) {
        guard case .dictionary(let streams)? = reply["SSRC"], case .dictionary(let stream)? = streams[String(ssrc)] else { return nil }
        packets = stream["packets"]?.number ?? 0
        lost = stream["cumulative loss"]?.number ?? 0
        guard case .dictionary(let average)? = stream["average MOS"] else { return }
        // The reply has ten times the score.
        mos = average["MOS"]?.number.map { Double($0) / 10 }
        jitter = average["jitter"]?.number
    }
}
