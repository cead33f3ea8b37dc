import MediaCore
import NGProtocol
import PeerSimulator
import RTP
import Testing
import Wire

/// Whom the relay listens to: NAT rebinding, strangers, garbage.
@Suite struct AddressTests {
    private static let stranger = TransportAddress(ip: IPAddress(v4: 0xc633_6401), port: 6000)

    private func pbxSlot(_ scenario: CallScenario) throws -> Int {
        try #require(scenario.plan.media.last?.transport.rtpSockets.first?.slot)
    }

    /// A PBX leg that is moved by its NAT: by default the new source is refused, and counted.
    @Test func aReboundPBXIsRefusedByDefault() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        scenario.tap = { delivery in
            var delivery = delivery
            if delivery.from == CallScenario.pbxAddress { delivery.from.port = 50_000 }
            return delivery
        }
        let before = scenario.call.statistics().media[1].rtpIn.packets
        scenario.run(milliseconds: 1000)
        let statistics = scenario.call.statistics()
        #expect(statistics.media[1].rtpIn.packets <= before + 1)
        #expect(statistics.drops[DropReason.sourceNotAdmitted.rawValue] >= 40)
        #expect(statistics.media[1].remoteRTP == CallScenario.pbxAddress)
    }

    @Test(arguments: ["RTP/AVP", "RTP/SAVP"])
    func withMediaHandoverItIsFollowed(_ transport: String) throws {
        var setup = CallScenario.Setup()
        setup.pbxTransport = transport
        let scenario = try CallScenario(setup)
        let offer = try scenario.negotiate(scenario.whatsApp.makeOffer(), isOffer: true, options: scenario.toPBX)
        var options = scenario.backToWhatsApp
        options.addressing.mediaHandover = true
        let answer = try scenario.negotiate(scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: options)
        scenario.whatsApp.receiveAnswer(answer, at: scenario.now)
        scenario.run(milliseconds: 1000)
        scenario.tap = { delivery in
            var delivery = delivery
            if delivery.from == CallScenario.pbxAddress { delivery.from.port = 50_000 }
            return delivery
        }
        scenario.run(milliseconds: 1000)
        #expect(scenario.call.statistics().media[1].remoteRTP?.port == 50_000)
    }

    @Test func aStrangersStreamIsNeitherHeardNorFollowed() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        let slot = try pbxSlot(scenario)
        for number in 0..<100 as Range<UInt16> {
            scenario.inject(plainPacket(number, ssrc: 666), slot: slot, from: Self.stranger)
            scenario.run(milliseconds: 20)
        }
        let statistics = scenario.call.statistics()
        #expect(statistics.media[1].received.count == 1)
        #expect(statistics.media[1].remoteRTP == CallScenario.pbxAddress)
        #expect(statistics.drops[DropReason.sourceNotAdmitted.rawValue] == 100)
    }

    /// From the right address, but not the peer's: single packets with other SSRCs do not take the stream over.
    @Test func singleForgedPacketsDoNotTakeTheStreamOver() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        let slot = try pbxSlot(scenario)
        scenario.pbx.play(Speech.words(4))
        for number in 0..<100 as Range<UInt16> {
            scenario.inject(plainPacket(number &* 77, ssrc: UInt32(number) + 1000), slot: slot, from: CallScenario.pbxAddress)
            scenario.run(milliseconds: 20)
        }
        scenario.run(milliseconds: 500)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
        #expect(Speech.soundingMilliseconds(scenario.whatsApp.heard) >= 1150)
        #expect(scenario.call.statistics().drops[DropReason.inactiveStream.rawValue] == 100)
    }

    /// Garbage of every kind, to every socket, from known and unknown sources: the call goes on as if nothing were.
    @Test(arguments: 1...8)
    func malformedPacketsHurtNobody(_ seed: UInt64) throws {
        var setup = CallScenario.Setup()
        setup.seed = seed
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        var captured: [[UInt8]] = []
        scenario.tap = { delivery in
            if captured.count < 200 { captured.append(delivery.bytes) }
            return delivery
        }
        scenario.run(milliseconds: 1000)
        var random = SplitMix64(seed: seed)
        let words = Speech.words(4)
        scenario.pbx.play(words)
        let slots = scenario.resources.sockets.count
        for _ in 0..<2000 {
            let sources = [CallScenario.whatsAppAddress, CallScenario.pbxAddress, Self.stranger]
            let bytes = mutate(captured[Int(random.next() % UInt64(captured.count))], &random)
            let slot = Int(random.next() % UInt64(slots + 2)) - 1
            scenario.inject(bytes, slot: slot, from: sources[Int(random.next() % 2) + 1 - Int(random.next() % 2)])
            if random.next() % 20 == 0 { scenario.run(milliseconds: 20) }
        }
        scenario.run(milliseconds: 3000)
        #expect(!scenario.call.isEnded)
        #expect(scenario.whatsApp.makeReport().ssrcs.count == 1)
        let statistics = scenario.call.statistics()
        #expect(statistics.drops.reduce(0, +) > 500)
        #expect(statistics.drops[DropReason.authenticationFailed.rawValue] > 0)
    }

    private func mutate(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        switch random.next() % 4 {
        case 0: bytes = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1))))
        case 1: bytes += (0..<Int(random.next() % 64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 2: bytes = (0..<Int(random.next() % 300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        default: break
        }
        for _ in 0..<(1 + random.next() % 4) where !bytes.isEmpty {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        return bytes
    }

    private func plainPacket(_ number: UInt16, ssrc: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0x55, count: 172)
        let header = RTPHeader(payloadType: 0, marker: false, sequenceNumber: number, timestamp: UInt32(number) &* 160, ssrc: ssrc)
        bytes.withMutableBytes { _ = header.write(to: $0) }
        return bytes
    }
}
