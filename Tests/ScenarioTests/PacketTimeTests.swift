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
        let spoken = Speech.soundingMilliseconds(words)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty, "\(scenario.whatsApp.makeReport().violations)")
        #expect(abs(Speech.soundingMilliseconds(scenario.whatsApp.heard) - spoken) <= 60)
        #expect(abs(Speech.soundingMilliseconds(scenario.pbx.heard) - spoken) <= 60)
        let perSecond = Double(scenario.pbx.makeReport().packetsReceived) / 5.5
        #expect(abs(perSecond - 1000 / Double(packetTime)) < 6, "\(perSecond) packets a second")
    }
}
