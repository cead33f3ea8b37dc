@testable import ControlPlane
import Fuzzing
import MediaCore
import NGProtocol
import Testing
import Wire

/// Framing of the stream, without sockets.
@Suite struct NGStreamFramerTests {
    private func messages(_ chunks: [[UInt8]]) -> (messages: [String], isHopeless: Bool) {
        var framer = NGStreamFramer()
        var found: [String] = []
        for chunk in chunks {
            framer.append(chunk)
            while let message = framer.next() { found.append(String(decoding: message, as: UTF8.self)) }
        }
        return (found, framer.isHopeless)
    }

    private func messages(_ texts: String...) -> [String] { messages(texts.map { Array($0.utf8) }).messages }

    @Test func messagesAreFoundHoweverTheyAreCut() {
        let texts = ["1 d7:command4:pinge", "cookie-2 d1:ali1ei-20eled1:bd1:c3:xyzeeee", "3 i5e", "4 le", "5 3:abc"]
        let bytes = Array(texts.joined().utf8)
        #expect(messages([bytes]).messages == texts)
        #expect(messages(bytes.map { [$0] }).messages == texts)
        for cut in bytes.indices { #expect(messages([Array(bytes[..<cut]), Array(bytes[cut...])]).messages == texts) }
    }

    /// As in rtpengine what stands between two messages belongs to the later one's cookie.
    @Test func aLineEndBelongsToTheNextCookie() {
        #expect(messages("1 d7:command4:pinge\r\n2 d7:command4:pinge") == ["1 d7:command4:pinge", "\r\n2 d7:command4:pinge"])
    }

    /// A string's bytes are not looked at, so that neither `e` nor a blank in it ends anything.
    @Test func stringsHoldAnything() {
        let text = "1 d3:sdp11:e e i1e d l1:xi1ee"
        #expect(messages(text) == [text])
        #expect(messages("1 d3:sdp40:") == [])
    }

    @Test func whatBeginsNoMessageIsHopelessBeyondALimit() {
        #expect(!messages([Array("cookie {".utf8) + [UInt8](repeating: 1, count: 1_000)]).isHopeless)
        #expect(messages([Array("cookie {".utf8) + [UInt8](repeating: 1, count: 1_024)]).isHopeless)
        #expect(!messages([[UInt8](repeating: 65, count: 1_024)]).isHopeless)
        #expect(messages([[UInt8](repeating: 65, count: 1_025)]).isHopeless)
    }

    @Test func aLongMessageIsWaitedForUpToALimit() {
        let head = Array("1 d3:sdp\(900_000):".utf8)
        #expect(!messages([head + [UInt8](repeating: 65, count: 500_000)]).isHopeless)
        #expect(messages([head + [UInt8](repeating: 65, count: 900_000) + Array("e".utf8)]).messages.count == 1)
        // Nobody waits for more than that.
        #expect(messages([Array("1 d3:sdp\(NGStreamFramer.maximumLength + 1):".utf8) + [UInt8](repeating: 65, count: 1_100)]).isHopeless)
        #expect(messages([Array("1 d3:sdp99999999999999999999999:".utf8) + [UInt8](repeating: 65, count: 1_100)]).isHopeless)
        #expect(messages([Array("1 ".utf8) + [UInt8](repeating: UInt8(ascii: "l"), count: 1_100)]).isHopeless)
    }

    /// Whatever comes in whatever pieces: what is framed are the very bytes that came, in order, and nothing is kept beyond the limit.
    @Test func damagedStreams() {
        let corpus = ["1 d7:command4:pinge2 d7:command5:offer3:sdp4:v=0\ne", "a li1ei2eeb de", "x 5:abcde"].map { Array($0.utf8) }
        var mutator = Mutator(seed: 5, corpus: corpus, alphabet: Array("deil0123456789: -".utf8))
        var random = SplitMix64(seed: 6)
        for _ in 0..<20_000 {
            let bytes = mutator.next()
            var framer = NGStreamFramer()
            var framed: [UInt8] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int(random.next() % 20) + 1)
                rest = rest.dropFirst(piece.count)
                framer.append(piece)
                while let message = framer.next() {
                    #expect(BencodeFramingCheck.isWhole(message))
                    framed += message
                }
                if framer.isHopeless { break }
            }
            #expect(bytes.starts(with: framed))
            #expect(framer.isHopeless || framed.count + framer.count == bytes.count)
        }
    }
}

private enum BencodeFramingCheck {
    /// Whether the decoder, which knows nothing of the framer, finds the value's end at the message's. What it refuses for its content
    /// (a key that is no string) is framed all the same.
    static func isWhole(_ message: [UInt8]) -> Bool {
        let payload = Array(message.drop { $0 != UInt8(ascii: " ") }.dropFirst())
        return payload.withBytes { bytes in
            guard let (_, length) = try? BencodeDecoder.decode(bytes) else { return true }
            return length == payload.count
        }
    }
}

/// ng over TCP, on loopback.
@Suite struct NGStreamTests {
    static let loopback = ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0)

    private func with(_ body: (TestPlane, UInt16) async throws -> Void) async throws {
        try await TestPlane.with({ $0.listenTCP = [Self.loopback] }) { test async throws in
            try await body(test, try #require(await test.plane.streamAddresses.tcp.first?.port))
        }
    }

    @Test func requestsAreAnsweredInOneConnection() async throws {
        try await with { _, port async throws in
            let client = try StreamClient(port)
            client.send("1 d7:command4:pinge2 d7:comma")
            #expect(await client.receive(until: "e") == "1 d6:result4:ponge")
            client.send("nd4:pinge")
            #expect(await client.receive(until: "e") == "2 d6:result4:ponge")
            client.send("3 le")
            #expect(await client.receive(until: "formate") == "3 d6:result5:error12:error-reason22:Invalid NG data formate")
        }
    }

    /// One cache for all transports: what was answered by UDP is answered again by TCP and not carried out.
    @Test func theCookieIsKnownFromUDP() async throws {
        try await with { test, port async throws in
            #expect(try await test.raw("same d7:command4:pinge") == "same d6:result4:ponge")
            let client = try StreamClient(port)
            client.send("same d7:command4:liste")
            #expect(await client.receive(until: "e") == "same d6:result4:ponge")
        }
    }

    @Test func nonsenseClosesTheConnectionAndNoOther() async throws {
        try await with { _, port async throws in
            let other = try StreamClient(port), client = try StreamClient(port)
            client.send(String(repeating: "x", count: 2_000))
            #expect(await client.receive() == nil)
            other.send("1 d7:command4:pinge")
            #expect(await other.receive(until: "e") == "1 d6:result4:ponge")
        }
    }

    /// A client that half-closes or vanishes while its request is under way takes nothing with it.
    @Test func aClientMayGoAtAnyTime() async throws {
        try await with { test, port async throws in
            for _ in 0..<20 { try StreamClient(port).send("\(UInt64.random(in: 0...UInt64.max)) d7:command10:statisticse") }
            #expect(try await test.request(["command": "ping"]) == ["result": "pong"])
        }
    }

    @Test func digitsArePushedToEveryClient() async throws {
        try await TestPlane.with({
            $0.listenTCP = [Self.loopback]
            $0.reportsDigitsOverTCP = true
        }) { test async throws in
            let port = try #require(await test.plane.streamAddresses.tcp.first?.port)
            let clients = [try StreamClient(port), try StreamClient(port)]
            for (index, client) in clients.enumerated() {
                client.send("\(index) d7:command4:pinge")
                #expect(await client.receive(until: "e") == "\(index) d6:result4:ponge")
            }
            _ = try await test.offer()
            await test.plane.report(.digit(media: 0, code: 5, duration: 120, volume: 8), ofCall: "call")
            for client in clients {
                let text = try #require(await client.receive(until: "ee"))
                let message = try #require(DecodedMessage(Array(text.utf8)))
                #expect(message.cookie.count == 16)
                let content = try message.content.get()
                #expect(content["notify"] == "onDTMF")
                #expect(content.at("data", "callid") == "call")
                #expect(content.at("data", "source_tag") == "a")
                #expect(content.at("data", "event") == 5)
                #expect(content.at("data", "duration") == 120)
                #expect(content.at("data", "type") == "DTMF")
            }
        }
    }

    /// `DTMF-log-dest` in the request takes the place of the daemon's.
    @Test func aCallMayNameItsOwnPlaceForDigits() async throws {
        let receiver = try UDPSocket(), general = try UDPSocket()
        try await TestPlane.with({ $0.dtmfLogDestination = TransportAddress("127.0.0.1", port: general.port) }) { test async throws in
            _ = try await test.offer("own", ["DTMF-log-dest": .string("127.0.0.1:\(receiver.port)")])
            _ = try await test.offer("other")
            await test.plane.report(.digit(media: 0, code: 1, duration: 80, volume: 10), ofCall: "own")
            await test.plane.report(.digit(media: 0, code: 2, duration: 80, volume: 10), ofCall: "other")
            #expect(try JSONCodec.decode(try #require(await receiver.receive()).bytes)["callid"] == "own")
            #expect(try JSONCodec.decode(try #require(await general.receive()).bytes)["callid"] == "other")
        }
    }

    @Test func digitsGoOutAsDatagrams() async throws {
        let receiver = try UDPSocket()
        let port = receiver.port
        try await TestPlane.with({ $0.dtmfLogDestination = TransportAddress("127.0.0.1", port: port) }) { test async throws in
            _ = try await test.offer()
            _ = try await test.answer()
            await test.plane.report(.digit(media: 1, code: 11, duration: 80, volume: 10), ofCall: "call")
            let datagram = try #require(await receiver.receive())
            let record = try JSONCodec.decode(datagram.bytes)
            #expect(record["source_tag"] == "b")
            #expect(record["tags"] == ["a", "b"])
            #expect(record["event"] == 11)
            #expect(record["source_ip"] == "127.0.0.1")
        }
    }
}

extension ControlPlane {
    /// As if the call's worker had said so.
    func report(_ event: CallEvent, ofCall callID: String) async { await registry?.byCallID[callID]?.post(.event(event)) }
}
