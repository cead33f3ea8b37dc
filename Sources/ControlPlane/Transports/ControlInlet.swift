import MediaIO
import NGProtocol
import NIOCore
import Wire

/// The way of the stream transports, which live on a loop of NIO's, to the control thread and back to their loop.
struct ControlInlet: Sendable {
    let server: NGServer
    let registry: CallRegistry
    let commands: CommandLineInterface

    /// What became of a request.
    enum Outcome: Sendable {
        case reply([UInt8])
        /// There was no cookie, so there is no reply.
        case noCookie
        /// Too much at once: the client asks again.
        case overloaded
    }

    /// - Parameters:
    ///   - hasCookie: otherwise the message is a payload alone, and so is the reply.
    ///   - done: called on the loop, once.
    func request(
        _ message: [UInt8], hasCookie: Bool, from client: TransportAddress?, on loop: any EventLoop,
        _ done: @escaping @Sendable (Outcome) -> Void
    ) {
        ControlThread.post {
            let answer: NGServer.Reply = { reply in loop.execute { done(.reply(reply)) } }
            let receipt = hasCookie
                ? message.withBytes { server.receive($0, from: client, reply: answer) }
                : server.receivePlain(message, from: client, reply: answer)
            switch receipt {
            case .taken: break
            case .noCookie: loop.execute { done(.noCookie) }
            case .overloaded: loop.execute { done(.overloaded) }
            }
        }
    }

    /// One of the operator's commands.
    func command(_ line: String, on loop: any EventLoop, _ done: @escaping @Sendable (String) -> Void) {
        ControlThread.post { commands.run(line) { text in loop.execute { done(text) } } }
    }

    /// The text of GET /metrics.
    func metrics(on loop: any EventLoop, _ done: @escaping @Sendable (String) -> Void) {
        ControlThread.post {
            let text = MetricsText(registry.snapshot, workers: registry.environment.engine.statistics).text
            loop.execute { done(text) }
        }
    }
}

extension SocketAddress {
    var transportAddress: TransportAddress? {
        guard let ipAddress, let port else { return nil }
        // An IPv6 address of a link has its device's name behind it.
        return TransportAddress(String(ipAddress.prefix { $0 != "%" }), port: UInt16(truncatingIfNeeded: port))
    }
}
