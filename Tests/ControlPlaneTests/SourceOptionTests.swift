@testable import ControlPlane
import Glibc
import MediaCore
import MediaIO
import NGProtocol
import Testing
import Wire

/// Options that say where packets may come from, where they go and when: end to end.
@Suite struct SourceOptionTests {
    // MARK: NAT-wait, pierce-NAT

    @Test func nothingIsSentBeforeThePeerHasSent() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.5.1")
            // What is too early is dropped, so that the order tells.
            try await call.setUp(
                offer: ["flags": ["no-early-media-buffer"]], answer: ["flags": ["NAT-wait", "no-early-media-buffer"]])
            #expect(await test.session?.plan.media.map(\.transport.waitsForPeer) == [false, true])
            try await call.speak(.a, 1)
            try await call.speak(.b, 2)
            #expect(try await call.sample(.a) == 2)
            // In the flag's absence the other party need not have sent anything.
            try await call.speak(.a, 3)
            var heard = try await call.sample(.b)
            // Early audio that was kept is played first.
            while heard == 1 { heard = try await call.sample(.b) }
            #expect(heard == 3)
            #expect(await test.statistics()?.media[1].setup.firstPacketReceived != nil)
        }
    }

    /// The same plan, and a peer that stays silent: not one packet leaves.
    @Test func aSilentPeerHearsNothing() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.5.2")
            try await call.setUp(answer: ["flags": ["NAT-wait"]])
            for sample in UInt8(1)...5 { try await call.speak(.a, sample) }
            let statistics = try #require(await test.statistics())
            #expect(statistics.media[1].rtpOut.packets == 0 && statistics.media[1].rtcpOut.packets == 0)
            #expect(statistics.media[0].rtpIn.packets == 5)
        }
    }

    @Test func aNATIsPierced() async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.5.3")
            try await call.setUp(answer: ["flags": ["pierce-NAT"]])
            let empty: [UInt8] = [0x80, 0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]
            // At once, and again a second later.
            for _ in 0..<2 { #expect(try #require(await call.b.receive()).bytes == empty) }
            try await call.speak(.b, 1)
            #expect(try await call.sample(.a) == 1)
            #expect(await test.statistics()?.media[1].rtpOut.packets == 0)
        }
    }

    // MARK: Ports

    @Test(arguments: [(["no-port-latching"], true), (["port-latching"], false), ([], false)] as [([NGValue], Bool)])
    func portsOfAReoffer(_ flags: [NGValue], _ areNew: Bool) async throws {
        try await TestPlane.with { test async throws in
            let flags: NGDictionary = ["to-tag": "b", "flags": .list(flags)]
            func ports(_ a: UInt16, _ b: UInt16, _ options: NGDictionary) async throws -> (towardB: UInt16?, towardA: UInt16?) {
                let offer = try await test.offer("call", options, sdp: SDPText.pcmu(a))
                var answer: NGDictionary = ["command": "answer", "call-id": "call", "from-tag": "a", "to-tag": "b"]
                answer.append("sdp", .string(SDPText.pcmu(b)))
                answer.append("flags", options["flags"] ?? .list([]))
                return (SDPText.port(offer["sdp"]), SDPText.port(try await test.request(answer)["sdp"]))
            }
            let first = try await ports(4_000, 4_002, [:])
            let same = try await ports(4_000, 4_002, flags)
            #expect(same == first, "nobody has moved")
            let offererMoved = try await ports(4_004, 4_002, flags)
            #expect((offererMoved.towardB != first.towardB) == areNew)
            #expect(offererMoved.towardA == first.towardA)
            let answererMoved = try await ports(4_004, 4_006, flags)
            #expect(answererMoved.towardB == offererMoved.towardB)
            #expect((answererMoved.towardA != first.towardA) == areNew)
            // What was given up is free again.
            #expect(await test.session?.leases.count == 4)
        }
    }

    /// Toward a peer with ICE new ports are a restart.
    @Test func newPortsWithICE() async throws {
        try await TestPlane.with { test async throws in
            func offer(_ port: UInt16, _ flag: String) async throws -> String {
                let reply = try await test.offer("call", ["ICE": "force", "flags": [.string(flag)]], sdp: SDPText.pcmu(port))
                return reply["sdp"]?.text ?? ""
            }
            func ufrag(_ sdp: String) -> Substring? { sdp.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=ice-ufrag:") } }
            let first = try await offer(4_000, "port-latching")
            let second = try await offer(4_004, "port-latching")
            let third = try await offer(4_008, "no-port-latching")
            #expect(ufrag(first) != nil && ufrag(first) == ufrag(second) && ufrag(third) != ufrag(second))
        }
    }

    // MARK: Sources

    /// Another source on a plain leg: dropped, followed, or taken beside the first.
    @Test(arguments: [([], false), (["media-handover"], true), (["asymmetric"], true), (["asymmetric", "strict-source"], false)]
        as [([NGValue], Bool)])
    func anotherSource(_ flags: [NGValue], _ isHeard: Bool) async throws {
        try await TestPlane.with { test async throws in
            var call = try MediaCall(test, ip: "127.0.5.4")
            try await call.setUp(answer: ["flags": .list(flags)])
            try await call.speak(.b, 1)
            #expect(try await call.sample(.a) == 1)
            let other = try UDPSocket(call.ip)
            for number in UInt8(0)..<3 {
                let header: [UInt8] = [0x80, 0, 0, 10 + number, 0, 0, 10 + number, 0, 9, 9, 9, 9]
                other.send(header + [UInt8](repeating: 2, count: 160), port: call.portOfB)
            }
            try await test.counted(4, of: "b")
            let received = try #require(await test.statistics()?.media[1])
            #expect((received.rtpIn.errors == 0) == isHeard)
            #expect(received.remoteRTP?.port == (flags == ["media-handover"] ? other.port : call.b.port))
        }
    }

    /// Two forms of `received-from`; the SDP's address is believed without the flag.
    @Test(arguments: [.list(["IP4", "127.0.5.5"]), "127.0.5.5"] as [NGValue])
    func theSourceOfTheMessage(_ source: NGValue) async throws {
        try await TestPlane.with { test async throws in
            func remote(_ flags: [NGValue]) async throws -> TransportAddress? {
                _ = try await test.offer("call", ["received-from": source, "flags": .list(flags)])
                return await test.session?.plan.media[0].transport.remoteRTP
            }
            #expect(try await remote([]) == TransportAddress("127.0.0.1", port: 4_000))
            #expect(try await remote(["SIP-source-address"]) == TransportAddress("127.0.5.5", port: 4_000))
            #expect(try await remote(["trust-address"]) == TransportAddress("127.0.0.1", port: 4_000))
        }
    }

    // MARK: The whole call

    /// The TOS byte of this process' socket on a port.
    private func typeOfService(_ port: UInt16?) -> Int32? {
        for descriptor in Int32(0)..<65_536 {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
            }
            guard result == 0, address.sin_family == sa_family_t(AF_INET), UInt16(bigEndian: address.sin_port) == port else { continue }
            var value: Int32 = -1
            var size = socklen_t(MemoryLayout<Int32>.size)
            if getsockopt(descriptor, Int32(IPPROTO_IP), IP_TOS, &value, &size) == 0 { return value }
        }
        return nil
    }

    @Test func typeOfService() async throws {
        // Ports that no other test of this process has.
        try await TestPlane.with({
            $0.engine.sockets.trafficClass = 184
            $0.portRange = 22_940...22_959
        }) { test async throws in
            func offer(_ options: NGDictionary) async throws -> UInt16? { SDPText.port(try await test.offer("call", options)["sdp"]) }
            #expect(typeOfService(try await offer([:])) == 184)
            let own = try await offer(["TOS": 32])
            #expect(typeOfService(own) == 32)
            let answer = try await test.answer()
            #expect(typeOfService(SDPText.port(answer["sdp"])) == 32, "of the call, and stays")
            #expect(typeOfService(try await offer(["TOS": -1])) == 32)
            #expect(typeOfService(try await offer(["TOS": 0])) == 0)
            #expect(typeOfService(try await offer(["TOS": 256])) == 184)
            #expect(typeOfService(try await offer(["to-tag": "b", "TOS": 8, "flags": ["no-port-latching"], "address-family": "IP4"])) == 8)
        }
    }

    @Test func theJitterBufferOfTheCall() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer("call", ["flags": ["no-jitter-buffer"]])
            _ = try await test.answer()
            #expect(await test.session?.plan.media.allSatisfy { $0.treatment.contains(.unbuffered) } == true)
            _ = try await test.offer("other")
            #expect(await test.plane.session("other")?.plan.media.contains { $0.treatment.contains(.unbuffered) } == false)
        }
    }
}

extension TestPlane {
    /// The engine's counters of the call `call`.
    func statistics() async -> CallStatistics? {
        guard let handle = await plane.handle("call") else { return nil }
        return await withCheckedContinuation { continuation in
            handle.statistics { continuation.resume(returning: $0) }
        }
    }

    /// Returns once the engine has counted so many packets of a party, refused ones too.
    func counted(_ count: Int, of tag: String) async throws {
        for _ in 0..<2_000 {
            let reply = try await request(["command": "query", "call-id": "call", "from-tag": .string(tag)])
            guard case .dictionary(let stats) = reply.at("tags", tag, "medias", "0", "streams", "0", "stats") else { continue }
            if (stats["packets"]?.number ?? 0) + (stats["errors"]?.number ?? 0) >= count { return }
        }
        Issue.record("the packets did not arrive")
    }
}
