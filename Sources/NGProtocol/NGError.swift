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
    case noHandler = "No command handler"

    // The command: what it must say and doesn't.
    case noSDP = "No SDP body in message"
    case noCallID = "No call-id in message"
    case noFromTag = "No from-tag in message"
    case noToTag = "No to-tag in message"
    case invalidLimit = "invalid limit, must be >= 0"
    case noBody = "No 'body' in message"

    // The call: it doesn't fit what is asked. Two spellings, by command.
    case unknownCall = "Unknown call-id"
    case unknownCallID = "Unknown call-ID"
    case callOrTagsNotFound = "Call-ID not found or tags didn't match"

    // Offer and answer.
    case unparsableSDP = "Failed to parse SDP"
    case incompleteSDP = "Incomplete SDP specification"
    case invalidDialogue = "Invalid dialogue association"
    case sdpRewriting = "Error rewriting SDP"

    // Our limits.
    case outOfPorts = "Ran out of ports"
    case tooManySessions = "Parallel session limit reached"

    // The parties of a call.
    case noSuchLabel = "No monologue matching the given label"
    case invalidAddress = "Failed to parse network address"
    case noSuchAddress = "Failed to match address to any tag"
    case noSuchFromTag = "From-tag given, but no such tag exists"
    case noSuchToTag = "Media flow not found (to-tag not found)"
    case noSuchToLabel = "Media flow not found (to-label not found)"
    case notSubscribed = "Media flow not found (to-tag not subscribed)"
    case noSubscriptions = "No eligible media subscriptions found"

    // Playing.
    case noParticipant = "No participant party specified"
    case noMediaFile = "No media file specified"
    case playbackFromFile = "Failed to start media playback from file"
    case playbackFromBlob = "Failed to start media playback from blob"
    case playbackFromDatabase = "Failed to start media playback from database"
    case notPlaying = "Not currently playing media"
    case unsupported = "unsupported"
    case digitOutOfRange = "Out of range 'code' specified"
    case noDigitSource = "Monologue has no media capable of DTMF injection"
    case noDigitSink = "There is no sink media capable of DTMF playback"

    // Publishing and subscribing.
    case sdpCreation = "Failed to create SDP"
    case subscriptionRequest = "Failed to request subscription"
    case noMediasFound = "No medias found (no monologues matched)"
    case toTagNotFound = "To-tag not found"
    case subscriptionAnswer = "Failed to process subscription answer"
    case unsubscription = "Failed to unsubscribe"

    // Creating.
    case callCreation = "failed to set up call/monologue"
    case createdSDP = "failed to create SDP"
    case createdCallNotFound = "unknown call-ID"
    case createdTagNotFound = "from-tag not found"
    case createdAnswer = "failed to perform answer"
}
