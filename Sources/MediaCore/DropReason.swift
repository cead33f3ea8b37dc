/// Why a packet ended before it reached the other side: the closed list. Counted, never logged.
public enum DropReason: Int, CaseIterable, Sendable {
    case unknownSocket, tooShort, notRTP, malformedRTP, malformedRTCP, malformedSTUN
    case stunNotForUs, stunUnauthenticated
    case dtlsNotExpected, dtlsQueueFull
    case sourceNotAllowed, sourceNotAdmitted, keysMissing, replayed, authenticationFailed, cryptoError
    case unknownPayloadType, directionBlocked, noRoute, inactiveStream
    case duplicate, late, undecodable, malformedEvent, replacedByEvent, replacedByPlayback
    case destinationUnknown, outputFull, senderNotReady, callEnded
}
