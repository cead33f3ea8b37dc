/// How Meta refuses a call or ends it: the `error` of the Graph API or of the terminate webhook, or the status of a SIP answer.
public struct MetaError: Error, Sendable, Equatable {
    /// The Graph API's error code, or the SIP status.
    public var code: Int
    public var title: String
    /// `error_data.details`, where there are any.
    public var details: String

    /// What is wrong with a request, and with its SDP in particular.
    public static func invalidParameter(_ details: String) -> MetaError {
        MetaError(code: 100, title: "Invalid parameter", details: details)
    }

    /// The WhatsApp client hung up because it had heard nothing of the business for too long.
    public static func noMedia(_ details: String) -> MetaError {
        MetaError(code: 138_021, title: "No media received for a long time", details: details)
    }

    /// What a re-INVITE gets.
    public static let renegotiationRefused = MetaError(code: 500, title: "Server Internal Error", details: "SDP renegotiation")
}

extension MetaError: CustomStringConvertible {
    public var description: String { details.isEmpty ? "\(code) \(title)" : "\(code) \(title): \(details)" }
}
