/// Why a packet ended before it reached the other side: the closed list. Counted, never logged.
public enum DropReason: Int, CaseIterable, Sendable {
    case unknownSocket, tooShort, notRTP, malformedRTP, malformedRTCP, malformedSTUN
    case stunNotForUs, stunUnauthenticated
    case dtlsNotExpected, dtlsQueueFull
    case sourceNotAllowed, sourceNotAdmitted, keysMissing, replayed, authenticationFailed, cryptoError
    case unknownPayloadType, directionBlocked, noRoute, inactiveStream
    case duplicate, late, undecodable, malformedEvent, replacedByEvent, replacedByPlayback, blocked
    case destinationUnknown, outputFull, senderNotReady, callEnded
}

/// One counter for each reason; it stays at its end rather than begin anew.
struct DropCounters {
    static let capacity = 32
    private var counts = InlineArray<32, UInt32>(repeating: 0)

    mutating func count(_ reason: DropReason) {
        if counts[reason.rawValue] < .max { counts[reason.rawValue] &+= 1 }
    }

    /// By `DropReason.rawValue`.
    var all: [UInt64] { DropReason.allCases.map { UInt64(counts[$0.rawValue]) } }
}
