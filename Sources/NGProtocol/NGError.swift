/// A refusal: the raw value is the `error-reason`, word for word as rtpengine sends it.
///
/// Clients compare some of these texts: Kamailio tries its next node on `Parallel session limit reached` and `Ran out of ports`.
public enum NGError: String, Error, Sendable, CaseIterable {
    // The envelope: malformed messages.
    case noPayload = "Invalid data (no payload)"
    case notBencode = "Could not decode bencode dictionary"
    case notJSON = "Failed to parse JSON document"
    case notJSONDictionary = "Could not decode JSON dictionary"
    case invalidFormat = "Invalid NG data format"
    case noCommand = "Dictionary contains no key \"command\""
    case unrecognizedCommand = "Unrecognized command"

    // The command: what it must say and doesn't.
    case noSDP = "No SDP body in message"
    case noCallID = "No call-id in message"
    case noFromTag = "No from-tag in message"
    case noToTag = "No to-tag in message"
    case invalidLimit = "invalid limit, must be >= 0"

    // The call: it doesn't fit what is asked.
    case unknownCall = "Unknown call-id"
    case callOrTagsNotFound = "Call-ID not found or tags didn't match"

    // Offer and answer.
    case unparsableSDP = "Failed to parse SDP"
    case incompleteSDP = "Incomplete SDP specification"
    case invalidDialogue = "Invalid dialogue association"
    case sdpRewriting = "Error rewriting SDP"

    // Our limits.
    case outOfPorts = "Ran out of ports"
    case tooManySessions = "Parallel session limit reached"
}
