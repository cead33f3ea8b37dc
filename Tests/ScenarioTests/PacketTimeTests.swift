import MediaCore
import PeerSimulator
import Testing
import Wire

/// 10 to 60 ms come in; 20 ms go to Meta, and to the PBX what it asked for.
@Suite struct PacketTimeTests {
    @Test(arguments: [10, 20, 30, 40, 60], [WhatsAppEndpoint.Keying.dtls, .sdes])
    func everyLengthBecomes20TowardMeta(_ packetTime: Int, _ keying: WhatsAppEndpoint.Keying) throws {
        try check(packetTime, keying, .pcma)
    }

    /// The codec is the same on both sides and the length is not: repacketised all the same.
    @Test(arguments: [10, 40, 60])
    func opusIsRepacketised(_ packetTime: Int) throws { try check(packetTime, .dtls, .opus) }

    private func check(_ packetTime: Int, _ keying: WhatsAppEndpoint.Keying, _ codec: SimulatedCodec) throws {
        var setup = CallScenario.Setup()
        setup.pbxPacketTime = packetTime
        setup.keying = keying
        setup.pbxCodec = codec
        let scenario = try CallScenario(setup)
        try scenario.userCalls()
        scenario.run(milliseconds: 500)
        let words = Speech.words(6)
        scenario.pbx.play(words)
        scenario.whatsApp.play(words)
        scenario.run(milliseconds: 5000)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
        for heard in [scenario.whatsApp.heard, scenario.pbx.heard] {
            let lengths = Speech.wordLengths(heard)
            #expect(lengths.count == 6 && lengths.allSatisfy { (280...340).contains($0) }, "\(lengths)")
        }
        // `ptime` is a wish (RFC 8866 section 6.4): audio that is made here follows it, audio that passes through keeps its packets.
        guard codec != .opus else { return }
        let perSecond = Double(scenario.pbx.makeReport().packetsReceived) / 5.5
        #expect(abs(perSecond - 1000 / Double(packetTime)) < 6, "\(perSecond) packets a second")
    }
}
