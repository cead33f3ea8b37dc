@testable import ControlPlane
import Logging
import MediaIO
import NGProtocol
import Testing
import Wire

/// A control plane with its real engine on loopback, and a client beside it.
struct TestPlane {
    let plane: ControlPlane
    let time = TestTime()
    let client: UDPSocket
    let port: UInt16

    /// Ports of their own for each test that runs at the same time.
    static let portRange: ClosedRange<UInt16> = 21_000...21_999

    /// - Parameter adjust: changes the configuration before the start.
    init(_ adjust: (inout ControlPlaneConfiguration) -> Void = { _ in }) async throws {
        var configuration = ControlPlaneConfiguration(engine: EngineConfiguration(threads: 1))
        configuration.listenAddresses = [ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0)]
        configuration.interfaces = [InterfaceAddress(local: IPAddress(v4: 0x7f00_0001))]
        configuration.portRange = Self.portRange
        let time = time
        configuration.clock = { time.now }
        adjust(&configuration)
        plane = ControlPlane(configuration: configuration, logger: .silent)
        client = try UDPSocket()
        try await plane.start()
        port = try #require(await plane.listeningAddresses.first?.port)
    }

    /// Runs `body` and stops the daemon, whatever happens.
    static func with(
        _ adjust: (inout ControlPlaneConfiguration) -> Void = { _ in }, _ body: (TestPlane) async throws -> Void
    ) async throws {
        let test = try await TestPlane(adjust)
        do { try await body(test) } catch {
            await test.plane.shutdown()
            throw error
        }
        await test.plane.shutdown()
        #expect(await test.plane.callCount == 0)
    }

    /// Lets time pass for the calls' timers; what is due then is under way when this returns.
    func pass(_ length: Nanoseconds) async {
        time.pass(length)
        await ControlActor.run {}
    }

    /// Sends a request under a new cookie and returns the reply.
    func request(_ dictionary: NGDictionary) async throws -> NGDictionary {
        let cookie = "c\(UInt64.random(in: 0...UInt64.max))"
        client.send(Array("\(cookie) ".utf8) + BencodeEncoder.encode(dictionary), port: port)
        let reply = try #require(await client.receive())
        let message = try #require(DecodedMessage(reply.bytes))
        #expect(String(decoding: message.cookie, as: UTF8.self) == cookie)
        return try message.content.get()
    }

    /// Sends bytes as they are and returns the reply as text.
    func raw(_ text: String) async throws -> String {
        client.send(Array(text.utf8), port: port)
        return String(decoding: try #require(await client.receive()).bytes, as: UTF8.self)
    }

    func offer(
        _ callID: String = "call", _ options: NGDictionary = [:], from: String = "a", sdp: String = SDPText.pcmu(4000)
    ) async throws -> NGDictionary {
        var message: NGDictionary = [
            "command": "offer", "call-id": .string(callID), "from-tag": .string(from), "sdp": .string(sdp),
        ]
        for option in options.entries { message.append(option.key, option.value) }
        return try await request(message)
    }

    func answer(
        _ callID: String = "call", from: String = "a", to: String = "b", sdp: String = SDPText.pcmu(4002)
    ) async throws -> NGDictionary {
        try await request([
            "command": "answer", "call-id": .string(callID), "from-tag": .string(from), "to-tag": .string(to), "sdp": .string(sdp),
        ])
    }
}

enum SDPText {
    /// A PBX's offer or answer: plain RTP, PCMU and telephone-event.
    static func pcmu(_ port: UInt16, ip: String = "127.0.0.1") -> String {
        """
        v=0
        o=- 1 1 IN IP4 \(ip)
        s=-
        c=IN IP4 \(ip)
        t=0 0
        m=audio \(port) RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=sendrecv

        """
    }

    /// The port of the first m-line.
    static func port(_ sdp: NGValue?) -> UInt16? {
        guard let line = sdp?.text?.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("m=") }) else { return nil }
        let fields = line.split(separator: " ")
        return fields.count > 1 ? UInt16(fields[1]) : nil
    }
}

extension NGDictionary {
    /// The value under nested keys; a number is an index of a list.
    func at(_ path: String...) -> NGValue? {
        path.reduce(NGValue?.some(.dictionary(self))) { value, step in
            switch value {
            case .dictionary(let dictionary): dictionary[step]
            case .list(let list): Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
            default: nil
            }
        }
    }
}
