import NGProtocol
import Wire

/// A client of the ng protocol over UDP: as Kamailio's, it repeats a request under the same cookie.
final class NGClient: LoopMember {
    private let socket: UDPSocket
    private let server: TransportAddress
    private var count = 0
    private var cookie: [UInt8] = []
    private var reply: NGDictionary?

    init(server: TransportAddress) throws(DemoError) {
        self.server = server
        socket = try UDPSocket()
    }

    var sockets: [UDPSocket] { [socket] }
    var nextDeadline: MonotonicInstant { .distantFuture }
    func handleDeadline(at now: MonotonicInstant) {}

    func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicInstant) {
        datagram.withBytes { bytes in
            guard source == server, let envelope = NGEnvelope(bytes), envelope.cookie == cookie else { return }
            reply = try? envelope.decodeBencode()
        }
    }

    /// Sends a request and keeps the loop going until its reply is there.
    /// - Parameters:
    ///   - timeout: for one try.
    /// - Throws: `.noReply`; `.refused` where the result is neither `ok` nor `pong`.
    func request(
        _ command: String, _ content: NGDictionary = [:], over loop: EventLoop, timeout: Nanoseconds = .seconds(1), tries: Int = 5
    ) throws(DemoError) -> (reply: NGDictionary, elapsed: Nanoseconds) {
        count += 1
        cookie = Array("demo_\(socket.address.port)_\(count)".utf8)
        reply = nil
        var message: NGDictionary = ["command": .string(command)]
        for entry in content.entries { message.append(entry.key, entry.value) }
        let datagram = NGEnvelope.wrap(cookie: cookie, payload: BencodeEncoder.encode(message))
        let start = SystemClock.now
        for _ in 0..<tries where reply == nil {
            socket.send(datagram, to: server)
            loop.run(until: SystemClock.now + timeout) { reply != nil }
        }
        guard let reply else { throw .noReply(command: command) }
        guard let result = reply.text("result"), ["ok", "pong"].contains(result) else {
            throw .refused(command: command, reason: reply.text("error-reason") ?? "an unreadable reply")
        }
        return (reply, SystemClock.now - start)
    }

    /// Waits until the server answers a ping.
    func waitForServer(over loop: EventLoop, while isAlive: () -> Bool) -> Bool {
        for _ in 0..<100 where isAlive() {
            if (try? request("ping", over: loop, timeout: .milliseconds(100), tries: 1)) != nil { return true }
        }
        return false
    }
}
