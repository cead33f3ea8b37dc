import MediaCore

/// Payload types toward one peer. Within a session a number never changes its meaning (RFC 3264 section 8.3.2).
enum PayloadTypes {
    /// Gives each codec the number that the peer already knows it by, else the one that it has, else a free one.
    static func assign(_ codecs: [Codec], leg: Leg) -> [Codec] {
        let known = leg.knownCodecs
        var taken = Set(known.map(\.payloadType))
        var result: [Codec] = []
        for var codec in codecs {
            let isFree = { (former: Codec) in former.isSame(as: codec) && !result.contains { $0.payloadType == former.payloadType } }
            // Of several event rates each keeps its own number.
            let former = known.first { isFree($0) && $0.clockRate == codec.clockRate }
                ?? known.first { former in isFree(former) && !codecs.contains { $0.isSame(as: former) && $0.clockRate == former.clockRate } }
            if let former {
                codec.payloadType = former.payloadType
                codec.clockRate = former.clockRate
            } else if taken.contains(codec.payloadType) || result.contains(where: { $0.payloadType == codec.payloadType }) {
                let free = dynamic.first { type in !taken.contains(type) && !codecs.contains { $0.payloadType == type } }
                guard let free else { continue }
                codec.payloadType = free
            }
            taken.insert(codec.payloadType)
            result.append(codec)
        }
        return result
    }

    /// RFC 3551 section 3.
    private static let dynamic: ClosedRange<UInt8> = 96...127
}

extension Leg {
    /// Every format whose payload type has a meaning between the peer and us.
    var knownCodecs: [Codec] { announced + (peer?.codecs ?? []) + formerlyAnnounced }
}
