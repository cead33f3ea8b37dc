import Foundation
import Glibc

/// A blocking TCP client for the tests, with a limit of time on everything.
final class StreamClient: Sendable {
    private let descriptor: Int32

    struct Failure: Error { var errno: Int32 }

    init(_ port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(errno: errno) }
    }

    deinit { Glibc.close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { _ = trySend(bytes) }

    /// `false` once the other side has closed.
    func trySend(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the text ends as wanted, or the connection does; `nil` once there is nothing but its end.
    func receive(until end: String? = nil) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.receiveNow(until: end)) }
        }
    }

    private func receiveNow(until end: String?) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
            if let end, bytes.suffix(end.utf8.count).elementsEqual(end.utf8) { break }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}

extension StreamClient {
    /// One request of HTTP/1.1 and its response: status line, headers, body.
    static func http(_ port: UInt16, _ head: String, body: String = "", headers: [String] = []) async throws -> HTTPAnswer {
        let client = try StreamClient(port)
        var lines = [head, "Host: localhost", "Connection: close"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        client.send((lines + ["", ""]).joined(separator: "\r\n") + body)
        return HTTPAnswer(await client.receive())
    }
}

struct HTTPAnswer: Equatable {
    var status = 0
    var headers: [String] = []
    var body = ""

    /// `nil` is a connection that was closed without a word.
    init(_ text: String?) {
        guard let text, let gap = text.range(of: "\r\n\r\n") else { return }
        var lines = String(text[..<gap.lowerBound]).components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        headers = lines.map { $0.lowercased() }
        body = String(text[gap.upperBound...])
    }
}
