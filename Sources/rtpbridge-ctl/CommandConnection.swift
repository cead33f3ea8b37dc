import Glibc

/// One command and its answer: a line there, text back until the daemon closes.
enum CommandConnection {
    /// How long the daemon may be silent [s], as in rtpengine-ctl.
    private static let patience = 3
    /// More than any answer has: a listing of 100,000 calls has 20 MB [bytes].
    private static let limit = 64 << 20

    static func exchange(_ command: String, with address: DaemonAddress) throws(CtlError) -> String {
        let descriptor = try connect(to: address)
        defer { close(descriptor) }
        let line = Array((command.filter { !$0.isNewline } + "\n").utf8)
        var sent = 0
        while sent < line.count {
            let count = line[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(address, errno) }
            sent += count
        }
        return try receive(descriptor, address)
    }

    private static func receive(_ descriptor: Int32, _ address: DaemonAddress) throws(CtlError) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(address, errno) }
            bytes += piece[..<count]
        }
        throw .unreachable("the answer of \(address.host):\(address.port) is too long")
    }

    private static func connect(to address: DaemonAddress) throws(CtlError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0 else {
            throw .unreachable("there is no host '\(address.host)'")
        }
        defer { freeaddrinfo(list) }
        var next = list, reason = ECONNREFUSED
        while let info = next?.pointee {
            next = info.ai_next
            let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            guard descriptor >= 0 else { continue }
            var time = timeval(tv_sec: patience, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
            }
            if Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return descriptor }
            reason = errno
            close(descriptor)
        }
        throw failure(address, reason)
    }

    private static func failure(_ address: DaemonAddress, _ number: Int32) -> CtlError {
        let reason = number == EAGAIN || number == EINPROGRESS ? "no answer in \(patience) seconds" : String(cString: strerror(number))
        return .unreachable("no daemon takes commands at \(address.host):\(address.port): \(reason)")
    }
}
