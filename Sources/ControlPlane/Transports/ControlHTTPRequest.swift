import NIOHTTP1

/// What a request's head asks of the control server, with rtpengine's paths.
enum ControlHTTPRequest: Equatable {
    case ping
    case metrics
    /// With the content type of request and reply. Without a cookie nothing is known to have been asked before.
    case ng(hasCookie: Bool, type: String)
    /// A command in the path, or in the body.
    case command(String)
    case commandInBody
    /// CORS: what a browser asks before it sends.
    case options
    case notFound
    /// The client broke off its own request: the connection is closed without an answer.
    case unanswerable

    static let ngType = "application/x-rtpengine-ng", jsonType = "application/json", textType = "text/plain"

    init(_ head: HTTPRequestHead) {
        let target = RequestTarget(head.uri)
        switch head.method {
        case .GET: self = Self.get(target)
        case .POST: self = Self.post(target, head.headers)
        case .OPTIONS: self = .options
        default: self = .notFound
        }
    }

    private static func get(_ target: RequestTarget?) -> ControlHTTPRequest {
        guard let target else { return .notFound }
        switch target.path {
        case "/ping": return .ping
        case "/metrics": return .metrics
        case let path where path.hasPrefix("/cli/"):
            // A blank may be written as a plus sign; a plus sign is then %2B.
            let words = path.dropFirst("/cli/".count).split(separator: "+", omittingEmptySubsequences: false)
            let decoded = words.compactMap(RequestTarget.decode)
            return decoded.count == words.count ? .command(decoded.joined(separator: " ")) : .notFound
        default: return .notFound
        }
    }

    private static func post(_ target: RequestTarget?, _ headers: HTTPHeaders) -> ControlHTTPRequest {
        guard let type = headers.first(name: "Content-Type"), headers.contains(name: "Content-Length") else { return .unanswerable }
        let plainType = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch (target?.path, plainType) {
        case ("/ng", ngType): return .ng(hasCookie: true, type: ngType)
        case ("/ng-plain", ngType), ("/ng-plain", jsonType): return .ng(hasCookie: false, type: plainType)
        case ("/cli", textType): return .commandInBody
        default: return .notFound
        }
    }
}

/// What is spoken on a WebSocket, whatever its path.
enum WebSocketSubprotocol: String, CaseIterable {
    case ng = "ng.rtpengine.com", ngPlain = "ng-plain.rtpengine.com", commands = "cli.rtpengine.com", echo = "echo.rtpengine.com"

    /// The first of the client's that we know.
    static func chosen(_ head: HTTPRequestHead) -> WebSocketSubprotocol? {
        head.headers[canonicalForm: "Sec-WebSocket-Protocol"].lazy.compactMap { WebSocketSubprotocol(rawValue: String($0)) }.first
    }
}
