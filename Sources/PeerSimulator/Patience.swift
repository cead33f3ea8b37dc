import Wire

/// How long Meta waits: for the accept, for the first sign of the business, and for every further one.
struct Patience {
    /// Between Meta's offer and the accept.
    static let untilAccept = Nanoseconds.seconds(60)
    /// Between the accept and the first packet of the business side, RTP or RTCP.
    static let untilFirstPacket = Nanoseconds.seconds(20)
    /// Between any two packets after that.
    static let betweenPackets = Nanoseconds.seconds(30)

    private(set) var offered: MonotonicInstant?
    private(set) var accepted: MonotonicInstant?
    private var lastPacket: MonotonicInstant?

    mutating func offer(at now: MonotonicInstant) { offered = offered ?? now }
    mutating func accept(at now: MonotonicInstant) { accepted = accepted ?? now }
    /// An authenticated packet came.
    mutating func hear(at now: MonotonicInstant) { lastPacket = now }

    /// When it ends.
    var deadline: MonotonicInstant {
        guard let accepted else { return offered.map { $0 + Self.untilAccept } ?? .distantFuture }
        return lastPacket.map { $0 + Self.betweenPackets } ?? accepted + Self.untilFirstPacket
    }

    /// What is said when it has ended.
    var complaint: (rule: WhatsAppRule, error: MetaError) {
        guard accepted != nil else { return (.acceptInTime, .invalidParameter("the call was not accepted within 60 s")) }
        let limit = lastPacket == nil ? "20 s after the call was accepted" : "30 s"
        return (.inactivity, .noMedia("nothing from the business for \(limit)"))
    }
}
