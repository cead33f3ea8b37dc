public import Wire

/// Where events go; with nothing set, nobody makes any.
public struct EventConfiguration: Sendable, Equatable {
    /// One JSON object for each datagram.
    public var udp: EventHost?
    public var webhook: WebhookConfiguration?
    /// Where to listen for WebSocket clients.
    public var webSocket: WebSocketConfiguration?
    /// What is worth telling.
    public var kinds = Set(EventKind.allCases)

    public init() {}
}

/// `HOST:PORT`, the host a name, an IPv4 address or an IPv6 address in brackets.
public struct EventHost: Sendable, Equatable, CustomStringConvertible {
    /// Without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: UInt16

    public init(_ text: String) throws(EventConfigurationError) {
        guard let (host, port) = HostAndPort.parse(text[...]), let port else { throw .malformedAddress }
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How events are posted to a web server.
public struct WebhookConfiguration: Sendable, Equatable {
    public var url: WebhookURL
    /// Signs each request; `nil` leaves the signature out.
    public var secret: WebhookSecret?
    /// Events that may wait; when there are more, the oldest are given up. At least 1.
    public var queueLength = 1_000
    /// For one try, from its beginning to the end of the response.
    public var timeout = Nanoseconds.seconds(10)
    public var retries = RetrySchedule()
    /// Requests under way at a time, each of another call. At least 1.
    public var concurrency = 4
    /// How long events that still wait are sent on when the daemon stops.
    public var flushTime = Nanoseconds.seconds(5)

    public init(url: WebhookURL, secret: WebhookSecret? = nil) {
        self.url = url
        self.secret = secret
    }
}

/// A key that no log and no dump shows.
public struct WebhookSecret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    public init(_ text: String) throws(EventConfigurationError) {
        guard !text.isEmpty else { throw .emptySecret }
        bytes = Array(text.utf8)
    }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The WebSocket server of events.
public struct WebSocketConfiguration: Sendable, Equatable {
    public var address: ListenAddress
    public var maximumClients = 64
    /// What may wait for a slow client; one that is further behind is disconnected [bytes].
    public var maximumBacklog = 1 << 20
    /// What a client may send in one frame [bytes].
    public var maximumFrameLength = 4_096
    /// A ping goes out so often; a client that left two unanswered is gone.
    public var pingInterval = Nanoseconds.seconds(20)
    /// What a connection may take for its request.
    public var requestTimeout = Nanoseconds.seconds(10)

    public init(address: ListenAddress) { self.address = address }
}

extension EventKind {
    /// A list such as `dtmf,ended`; `all` stands for every kind.
    public static func list(_ text: String) throws(EventConfigurationError) -> Set<EventKind> {
        var kinds: Set<EventKind> = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            if word == "all" {
                kinds.formUnion(allCases)
            } else {
                guard let kind = EventKind(rawValue: String(word)) else { throw .unknownKind(String(word.prefix(60))) }
                kinds.insert(kind)
            }
        }
        guard !kinds.isEmpty else { throw .noKind }
        return kinds
    }
}

/// What is wrong with a setting; none of them repeats a URL, which may hold a token.
public enum EventConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    case malformedAddress
    case malformedURL
    case unsupportedScheme
    case credentialsInURL
    case emptySecret
    case unknownKind(String)
    case noKind

    public var description: String {
        switch self {
        case .malformedAddress: "it is not HOST:PORT"
        case .malformedURL: "it is not a URL such as https://example.com/events"
        case .unsupportedScheme: "the URL begins with neither http:// nor https://"
        case .credentialsInURL: "the URL holds a user name or password, which the log would show; sign with a secret instead"
        case .emptySecret: "the secret is empty"
        case .unknownKind(let word): "no event is called '\(word)'"
        case .noKind: "no event is named"
        }
    }
}

/// Why events cannot be sent; found out at the start.
public enum EventTargetError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownHost(String)
    case cannotOpenSocket(String)
    case cannotListen(ListenAddress, reason: String)

    public var description: String {
        switch self {
        case .unknownHost(let host): "events: no address for '\(host)'"
        case .cannotOpenSocket(let reason): "events: cannot open a socket: \(reason)"
        case .cannotListen(let address, let reason): "events: cannot listen on \(address): \(reason)"
        }
    }
}
