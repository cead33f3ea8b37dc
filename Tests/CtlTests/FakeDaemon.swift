import Foundation
import Glibc

/// Takes one line on a port of the loopback address, answers, and closes.
final class FakeDaemon: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private let lock = NSLock()
    private var seen: [String] = []

    /// What was asked.
    var lines: [String] { lock.withLock { seen } }

    /// - Parameter answer: `nil` keeps the connection open and says nothing.
    init?(answer: @escaping @Sendable (String) -> String?) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isOpen = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isOpen else { return nil }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else {
                    close(listener)
                    return
                }
                let line = Self.readLine(client)
                self?.lock.withLock { self?.seen.append(line) }
                guard let reply = answer(line) else { continue }
                let bytes = Array(reply.utf8)
                // In two pieces, as long answers come.
                _ = send(client, bytes, bytes.count / 2, Int32(MSG_NOSIGNAL))
                _ = bytes[(bytes.count / 2)...].withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                close(client)
            }
        }
    }

    /// Its number must not be another's while the thread still has it.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func readLine(_ client: Int32) -> String {
        var bytes: [UInt8] = [], byte: UInt8 = 0
        while recv(client, &byte, 1, 0) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
