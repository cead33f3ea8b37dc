import CSockets
import Glibc
import NGProtocol
import Wire

/// The ng requests that are under way over one UDP socket; as Kamailio's client, it repeats them under the same cookie.
struct NGRequests {
    enum Kind: String {
        case ping, offer, answer, delete
    }

    struct Request {
        let kind: Kind
        /// `nil` for a ping.
        let call: LoadCall?
        let datagram: [UInt8]
        /// When it left first [ns].
        let sentAt: Int64
        var repeatAt: Int64
        var tries = 1
    }

    private static let timeout: Int64 = 1_000_000_000
    private static let maximumTries = 5

    private let descriptor: Int32
    private let server: Endpoint
    private let prefix = "load\(getpid())_"
    private var serial = 0
    private var underWay: [Int: Request] = [:]
    /// Requests that had to be sent again.
    private(set) var repetitions = 0

    init(descriptor: Int32, server: Endpoint) {
        self.descriptor = descriptor
        self.server = server
    }

    var count: Int { underWay.count }

    mutating func send(_ kind: Kind, _ keys: NGDictionary, of call: LoadCall?) {
        serial += 1
        var message: NGDictionary = ["command": .string(kind.rawValue)]
        for entry in keys.entries { message.append(entry.key, entry.value) }
        let datagram = NGEnvelope.wrap(cookie: Array("\(prefix)\(serial)".utf8), payload: BencodeEncoder.encode(message))
        let now = SystemClock.now
        underWay[serial] = Request(kind: kind, call: call, datagram: datagram, sentAt: now, repeatAt: now + Self.timeout)
        transmit(datagram)
    }

    /// - Returns: the request that a datagram answers, with the answer; `nil` for anything else.
    mutating func take(_ datagram: Bytes) -> (request: Request, reply: NGDictionary)? {
        guard let envelope = NGEnvelope(datagram),
              let serial = Int(String(decoding: envelope.cookie, as: UTF8.self).dropFirst(prefix.count)),
              let request = underWay[serial], let reply = try? envelope.decodeBencode() else { return nil }
        underWay[serial] = nil
        return (request, reply)
    }

    /// Repeats what has gone unanswered; what has been sent often enough is given up and returned.
    mutating func repeatDue(at now: Int64) -> [Request] {
        var lost: [Request] = []
        for (serial, request) in underWay where request.repeatAt <= now {
            guard request.tries < Self.maximumTries else {
                underWay[serial] = nil
                lost.append(request)
                continue
            }
            underWay[serial]?.tries += 1
            underWay[serial]?.repeatAt = now + Self.timeout
            repetitions += 1
            transmit(request.datagram)
        }
        return lost
    }

    private func transmit(_ datagram: [UInt8]) {
        datagram.withUnsafeBytes { buffer in
            var departure = rtpbridge_departure(
                bytes: buffer.baseAddress, length: UInt32(buffer.count), address: server.address, port: server.port)
            _ = rtpbridge_batch_send(descriptor, &departure, 1)
        }
    }
}
