@testable import ControlPlane
import Foundation
import Glibc
import NGProtocol
import Testing

/// A call `call` of `a` and `b` through the control plane, with a real socket at both ends.
///
/// That nothing is passed on is shown by what comes next: each end reads in order, and `heard` says when the engine has dealt with
/// what was sent.
struct MediaCall {
    let test: TestPlane
    let a: UDPSocket, b: UDPSocket
    /// Of both ends.
    let ip: String
    /// Our ports toward them.
    var portOfA: UInt16 = 0
    var portOfB: UInt16 = 0
    private let sent = Counter()

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var counts: [UInt16: Int] = [:]
        func next(_ port: UInt16) -> Int {
            lock.withLock {
                counts[port, default: 0] += 1
                return counts[port, default: 0]
            }
        }
        func count(_ port: UInt16) -> Int { lock.withLock { counts[port, default: 0] } }
    }

    /// - Parameter ip: an address of its own for each test, as the port above gets RTCP.
    init(_ test: TestPlane, ip: String) throws {
        self.test = test
        self.ip = ip
        a = try UDPSocket(ip)
        b = try UDPSocket(ip)
    }

    @discardableResult
    mutating func setUp(
        offer options: NGDictionary = [:], answer answerOptions: NGDictionary = [:], sdpA: String? = nil, sdpB: String? = nil
    ) async throws -> (offer: NGDictionary, answer: NGDictionary) {
        let offer = try await test.offer("call", options, sdp: sdpA ?? SDPText.pcmu(a.port, ip: ip))
        portOfB = try #require(SDPText.port(offer["sdp"]))
        let answer = try await self.answer(answerOptions, sdp: sdpB)
        portOfA = try #require(SDPText.port(answer["sdp"]))
        return (offer, answer)
    }

    func answer(_ options: NGDictionary = [:], to: String = "b", sdp: String? = nil) async throws -> NGDictionary {
        var message: NGDictionary = [
            "command": "answer", "call-id": "call", "from-tag": "a", "to-tag": .string(to),
            "sdp": .string(sdp ?? SDPText.pcmu(b.port, ip: ip)),
        ]
        for option in options.entries { message.append(option.key, option.value) }
        return try await test.request(message)
    }

    func command(_ name: String, _ options: NGDictionary = [:]) async throws -> NGDictionary {
        var message: NGDictionary = ["command": .string(name), "call-id": "call"]
        for option in options.entries { message.append(option.key, option.value) }
        return try await test.request(message)
    }

    /// What a command that fails says; `nil` if it succeeds.
    func refusal(_ name: String, _ options: NGDictionary = [:]) async throws -> String? {
        let reply = try await command(name, options)
        return reply["result"] == "ok" ? nil : reply["error-reason"]?.text
    }

    enum End { case a, b }

    /// Sends a packet of PCMU, all of whose samples are `sample`, and waits until it was dealt with.
    func speak(_ end: End, _ sample: UInt8) async throws {
        let socket = end == .a ? a : b
        let number = sent.next(socket.port)
        await send(end, Self.header(0, number) + [UInt8](repeating: sample, count: 160))
        try await heard(end, number)
    }

    /// Presses a key: three packets and three ends, 100 ms long.
    func press(_ end: End, _ code: UInt8) async throws {
        let socket = end == .a ? a : b
        let first = sent.count(socket.port) + 1
        for packet in 0..<6 {
            let number = sent.next(socket.port)
            var header = Self.header(101, number)
            header[4...7] = Self.header(0, first)[4...7]
            let length = UInt8(truncatingIfNeeded: min(packet + 1, 5) * 160 >> 8)
            await send(end, header + [code, packet < 3 ? 10 : 0x8a, length, UInt8(truncatingIfNeeded: min(packet + 1, 5) * 160)])
        }
        try await heard(end, sent.count(socket.port))
    }

    private func send(_ end: End, _ packet: [UInt8]) async {
        let (socket, port) = end == .a ? (a, portOfA) : (b, portOfB)
        socket.send(packet, port: port)
    }

    private static func header(_ payloadType: UInt8, _ number: Int) -> [UInt8] {
        let timestamp = UInt32(number) * 160
        return [0x80, payloadType, UInt8(number >> 8), UInt8(number & 0xff)]
            + (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * UInt32($0))) } + [1, 2, 3, 4]
    }

    /// Returns once the engine has counted so many packets of a party, refused ones too.
    private func heard(_ end: End, _ count: Int) async throws {
        let tag = end == .a ? "a" : "b"
        for _ in 0..<2_000 {
            let reply = try await test.request(["command": "query", "call-id": "call", "from-tag": .string(tag)])
            let stats = reply.at("tags", tag, "medias", "0", "streams", "0", "stats")
            guard case .dictionary(let stats) = stats else { continue }
            if (stats["packets"]?.number ?? 0) + (stats["errors"]?.number ?? 0) >= count { return }
        }
        Issue.record("the packets did not arrive")
    }

    /// The next packet of an end, of whatever payload type.
    func next(_ end: End) async throws -> (payloadType: UInt8, payload: [UInt8]) {
        let packet = try #require(await (end == .a ? a : b).receive()).bytes
        try #require(packet.count >= 12)
        return (packet[1] & 0x7f, Array(packet[12...]))
    }

    /// The first sample of the next packet.
    func sample(_ end: End) async throws -> UInt8 { try #require(await next(end).payload.first) }
}

/// A WAV file of 8000 Hz with a tone.
func toneFile(milliseconds: Int) -> [UInt8] {
    let samples = (0..<milliseconds * 8).map { Int16(8_000 * sin(Double($0) * 2 * .pi * 500 / 8_000)) }
    let data = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    return Array("RIFF".utf8) + number(36 + data.count, 4) + Array("WAVEfmt ".utf8) + number(16, 4) + number(1, 2) + number(1, 2)
        + number(8_000, 4) + number(16_000, 4) + number(2, 2) + number(16, 2) + Array("data".utf8) + number(data.count, 4) + data
}
