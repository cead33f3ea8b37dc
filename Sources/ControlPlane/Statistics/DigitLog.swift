import CSockets
import Glibc
import Logging
import NGProtocol
import Wire

/// A digit that a party pressed, in rtpengine's words.
struct DigitRecord: Equatable {
    var callID: String
    /// Whose digit it is; `nil` while the party has no tag.
    var tag: String?
    var label: String?
    /// Of all parties.
    var tags: [String]
    var unixSeconds: Int64
    /// Where the SDP says that it comes from.
    var source: IPAddress?
    /// 0 to 15 (RFC 4733 section 3.2).
    var code: UInt8
    /// [ms]
    var duration: Int
    /// [-dBm0]
    var volume: Int

    var dictionary: NGDictionary {
        var entries: NGDictionary = ["callid": .string(callID), "source_tag": .string(tag ?? "")]
        if let label { entries.append("source_label", .string(label)) }
        entries.append("tags", .list(tags.map(NGValue.string)))
        entries.append("type", "DTMF")
        entries.append("timestamp", .integer(unixSeconds))
        entries.append("source_ip", .string(source?.description ?? ""))
        entries.append("event", .integer(Int64(code)))
        entries.append("duration", .integer(Int64(duration)))
        entries.append("volume", .integer(Int64(volume)))
        return entries
    }
}

/// Reports digits as rtpengine does: a JSON datagram each (`--dtmf-log-dest`, or where the call says), and a message to every
/// TCP client of ng (`--dtmf-log-ng-tcp`).
@ControlActor
final class DigitLog {
    private let destination: TransportAddress?
    /// Takes the same JSON as the datagrams.
    private let lines: (@Sendable (String) -> Void)?
    private let logger: Logger?
    /// One socket of each family, opened when it is needed.
    private var descriptors: [IPAddress.Family: Int32] = [:]
    /// Tells the TCP clients; `nil` where they are not told.
    private var push: (@Sendable ([UInt8]) -> Void)?

    nonisolated init(
        destination: TransportAddress? = nil, lines: (@Sendable (String) -> Void)? = nil, logger: Logger? = nil
    ) {
        self.destination = destination
        self.lines = lines
        self.logger = logger
    }

    /// - Parameter push: sends a whole message to every TCP client.
    func open(_ push: @escaping @Sendable ([UInt8]) -> Void) { self.push = push }

    func close() {
        for descriptor in descriptors.values { Glibc.close(descriptor) }
        descriptors = [:]
        push = nil
    }

    var isWanted: Bool { destination != nil || push != nil || lines != nil }

    /// - Parameter other: the destination that the call itself named.
    func write(_ record: DigitRecord, to other: TransportAddress? = nil) {
        let dictionary = record.dictionary
        if let address = other ?? destination { send(JSONCodec.encode(dictionary), to: address) }
        if let lines { lines(String(decoding: JSONCodec.encode(dictionary), as: UTF8.self)) }
        if let push {
            let cookie = (0..<16).map { _ in "0123456789abcdef".utf8.randomElement() ?? UInt8(ascii: "0") }
            push(BencodeEncoder.reply(cookie: cookie, ["notify": "onDTMF", "data": .dictionary(dictionary)]))
        }
    }

    private func send(_ datagram: [UInt8], to remote: TransportAddress) {
        guard let descriptor = descriptor(remote.ip.family) else { return }
        let sent = datagram.withUnsafeBytes { bytes in
            var path = rtpbridge_path()
            path.remote = rtpbridge_address(high: remote.ip.high, low: remote.ip.low, port: remote.port, family: remote.ip.family.rawValue)
            var reply = rtpbridge_reply(path: path, bytes: bytes.baseAddress, length: bytes.count)
            return rtpbridge_control_send(descriptor, &reply, 1)
        }
        if sent <= 0 { logger?.notice("a digit is not reported to \(remote): \(NGSocket.Failure(errno: -sent))") }
    }

    private func descriptor(_ family: IPAddress.Family) -> Int32? {
        if let descriptor = descriptors[family] { return descriptor }
        var any = rtpbridge_address(high: 0, low: 0, port: 0, family: family.rawValue)
        let descriptor = rtpbridge_control_open(&any, 4_096)
        guard descriptor >= 0 else { return nil }
        descriptors[family] = descriptor
        return descriptor
    }
}
