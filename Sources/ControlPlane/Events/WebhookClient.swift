import AsyncHTTPClient
import MediaIO
import NIOCore
import NIOHTTP1
import Wire

/// What came of one try.
struct PostResult: Sendable, Equatable {
    var outcome: WebhookQueue.Outcome
    /// For the log: never a URL, which may hold a token.
    var detail: String
}

/// Makes one try at one event.
protocol EventPoster: Sendable {
    func post(_ message: EventMessage) async -> PostResult
    func close() async
}

/// Posts events to a web server by HTTP/1.1, with or without TLS.
struct WebhookClient: EventPoster {
    private let client: HTTPClient
    private let configuration: WebhookConfiguration
    private let unixNanoseconds: @Sendable () -> Int64

    /// What of a response is read so that the connection can be used again [bytes].
    private static let maximumResponseLength = 1 << 16

    init(_ configuration: WebhookConfiguration, on group: any EventLoopGroup, unixNanoseconds: @escaping @Sendable () -> Int64) {
        self.configuration = configuration
        self.unixNanoseconds = unixNanoseconds
        let timeout = TimeAmount.nanoseconds(configuration.timeout.count)
        var http = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: timeout, read: timeout))
        http.httpVersion = .http1Only
        // The queue has its own idea of when to try again.
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, configuration.concurrency)
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: http)
    }

    func post(_ message: EventMessage) async -> PostResult {
        // The client's own deadline ends with the response's head; a body that never ends must not hold a place for ever.
        await withTaskGroup(of: PostResult.self) { group in
            group.addTask { await exchange(message) }
            group.addTask {
                try? await Task.sleep(nanoseconds: UInt64(clamping: configuration.timeout.count))
                return Self.timedOut
            }
            let result = await group.next() ?? Self.timedOut
            group.cancelAll()
            return result
        }
    }

    private static let timedOut = PostResult(outcome: .failed(retryAfter: nil), detail: "no answer in time")

    func close() async { try? await client.shutdown() }

    private func exchange(_ message: EventMessage) async -> PostResult {
        do {
            let response = try await client.execute(request(message), timeout: .nanoseconds(configuration.timeout.count))
            _ = try? await response.body.collect(upTo: Self.maximumResponseLength)
            return PostResult(outcome: outcome(response.status, response.headers), detail: "status \(response.status.code)")
        } catch {
            return PostResult(outcome: .failed(retryAfter: nil), detail: Self.name(error))
        }
    }

    private func request(_ message: EventMessage) -> HTTPClientRequest {
        let timestamp = unixNanoseconds() / 1_000_000_000
        var request = HTTPClientRequest(url: configuration.url.absolute)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "rtpbridge")
        request.headers.add(name: "X-Rtpbridge-Event", value: message.kind.rawValue)
        request.headers.add(name: "X-Rtpbridge-Delivery", value: String(message.id))
        request.headers.add(name: "X-Rtpbridge-Timestamp", value: String(timestamp))
        if let secret = configuration.secret,
           let signature = WebhookSignature.header(secret, timestamp: timestamp, body: Array(message.body.readableBytesView)) {
            request.headers.add(name: "X-Rtpbridge-Signature", value: signature)
        }
        request.body = .bytes(message.body)
        return request
    }

    /// Redirections are not followed: they would take the signed body elsewhere.
    private func outcome(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) -> WebhookQueue.Outcome {
        switch status.code {
        case 200..<300: return .delivered
        case 408, 429, 500..<600:
            let wished = headers.first(name: "Retry-After").flatMap {
                RetryAfter.parse($0, unixSeconds: unixNanoseconds() / 1_000_000_000)
            }
            return .failed(retryAfter: wished)
        default: return .refused
        }
    }

    /// Without the error's own text, which might repeat the URL.
    private static func name(_ error: any Error) -> String { (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))" }
}
