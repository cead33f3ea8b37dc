/// One RTP stream: an entry of `SSRC`, `ingress SSRCs` or `egress SSRCs`.
public struct SSRCReport: Sendable, Equatable {
    public var ssrc: UInt32
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    /// Timestamp and number of the newest packet.
    public var lastTimestamp: UInt32 = 0
    public var lastSequence: UInt16 = 0
    /// Expected less received; negative where packets came twice (RFC 3550 section 6.4.1).
    public var cumulativeLoss: Int64 = 0
    /// `nil` before the first reporting interval is over.
    public var average: QualityReport?
    public var lowest: QualityReport?
    public var highest: QualityReport?
    /// How many estimates the average is of.
    public var samples = 0
    /// How the quality went, oldest first.
    public var progression: [QualityReport] = []

    public init(ssrc: UInt32) { self.ssrc = ssrc }

    var dictionary: NGDictionary {
        var output: NGDictionary = [
            "SSRC": .integer(Int64(ssrc)), "bytes": .integer(Int64(clamping: bytes)), "packets": .integer(Int64(clamping: packets)),
            "last RTP timestamp": .integer(Int64(lastTimestamp)), "last RTP seq": .integer(Int64(lastSequence)),
            "cumulative loss": .integer(cumulativeLoss),
        ]
        if let average {
            var entry = average.dictionary
            entry["samples"] = .integer(Int64(samples))
            output.append("average MOS", .dictionary(entry))
        }
        output.append("lowest MOS", lowest.map { .dictionary($0.datedDictionary) })
        output.append("highest MOS", highest.map { .dictionary($0.datedDictionary) })
        if let first = progression.first, let last = progression.last {
            let interval = (last.reportedAt &- first.reportedAt) / Int64(max(1, progression.count - 1))
            output.append("MOS progression", [
                "interval": .integer(interval), "entries": .list(progression.map { .dictionary($0.datedDictionary) }),
            ])
        }
        return output
    }
}

/// One estimate of a stream's quality, in the units of the reply.
public struct QualityReport: Sendable, Equatable {
    /// 10 to 50: ten times the mean opinion score.
    public var mos: Int
    /// End to end [us].
    public var roundTrip: Int64
    /// To the peer that sent the stream [us].
    public var roundTripLeg: Int64
    /// [ms]
    public var jitter: Int
    /// 0 to 100 [%]
    public var packetLoss: Int
    /// Unix time [s].
    public var reportedAt: Int64

    public init(mos: Int, roundTrip: Int64, roundTripLeg: Int64, jitter: Int, packetLoss: Int, reportedAt: Int64) {
        self.mos = mos
        self.roundTrip = roundTrip
        self.roundTripLeg = roundTripLeg
        self.jitter = jitter
        self.packetLoss = packetLoss
        self.reportedAt = reportedAt
    }

    var dictionary: NGDictionary {
        [
            "MOS": .integer(Int64(mos)), "round-trip time": .integer(roundTrip), "round-trip time leg": .integer(roundTripLeg),
            "jitter": .integer(Int64(jitter)), "packet loss": .integer(Int64(packetLoss)),
        ]
    }

    var datedDictionary: NGDictionary {
        var output = dictionary
        output.append("reported at", .integer(reportedAt))
        return output
    }
}
