/// Why an offer or answer was refused; the dialogue stays as it was.
public enum NegotiationError: Error, Sendable, Equatable {
    /// The peer's fault: the text is no session description. `detail` is for the log.
    case malformedSDP(detail: String)
    /// The peer's fault: readable, and yet nothing that we can serve: no address, no key that we know, no common codec.
    case incompleteSDP(detail: String)
    /// The client's fault: the tags do not name the parties of this call.
    case invalidDialogue
    /// Our fault: the answer could not be put together.
    case cannotRewrite(detail: String)
    /// Our limit.
    case outOfPorts

    /// The control protocol's `error-reason`, word for word what rtpengine's clients look for.
    public var reason: String {
        switch self {
        case .malformedSDP: "Failed to parse SDP"
        case .incompleteSDP: "Incomplete SDP specification"
        case .invalidDialogue: "Invalid dialogue association"
        case .cannotRewrite: "Error rewriting SDP"
        case .outOfPorts: "Ran out of ports"
        }
    }
}
