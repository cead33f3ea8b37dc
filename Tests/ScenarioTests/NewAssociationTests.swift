import MediaCore
import PeerSimulator
import RTP
import SRTP
import Testing
import Wire

/// A DTLS leg whose peer becomes another one: new address, new candidates, new certificate, in a re-offer. (Meta's own never
/// does; a browser behind a transfer does.)
@Suite struct NewAssociationTests {
    private static let elsewhere = TransportAddress(ip: IPAddress(v4: 0xcb00_710a), port: 3482)

    /// The former peer hears the call until the new one can, and no word is lost between the two.
    @Test(arguments: [0.0, 0.2])
    func theCallMovesOver(_ loss: Double) throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        let words = Speech.words(12)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 2500)

        let second = try join(scenario, loss: loss)
        pump(second, scenario, milliseconds: 8000)
        let before = Speech.soundingMilliseconds(scenario.whatsApp.heard), after = Speech.soundingMilliseconds(second.heard)
        #expect(second.isConnected && before > 1000 && after > 1000)
        // Two encoders' edges, and speech that is played a little faster while it catches up.
        let spoken = Speech.soundingMilliseconds(words)
        #expect((spoken * 9 / 10...spoken + 150).contains(before + after), "\(before) + \(after) ms of \(spoken)")
        #expect(scenario.events.filter { $0 == .dtlsConnected(media: 0) }.count == 2)
        #expect(second.ssrc != scenario.whatsApp.ssrc && scenario.call.statistics().media[0].remoteRTP == Self.elsewhere)
        #expect(second.makeReport().ssrcs == scenario.whatsApp.makeReport().ssrcs, "the SSRC is ours, whoever hears it")
    }

    /// The same peer again, in the same words: nothing is negotiated anew, nobody notices.
    @Test func theSamePeerKeepsItsAssociation() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 1000)
        var handshakes = 0
        scenario.tap = { delivery in
            if delivery.bytes.withBytes(PacketKind.classify) == .dtls { handshakes += 1 }
            return delivery
        }
        let words = Speech.words(8)
        scenario.pbx.play(words)
        scenario.run(milliseconds: 1000)
        let offer = try scenario.negotiate(scenario.metaSDP, isOffer: true, options: scenario.toPBX)
        try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        scenario.run(milliseconds: 5000)
        #expect(handshakes == 0 && Speech.wordLengths(scenario.whatsApp.heard).count == 8)
        #expect(scenario.whatsApp.makeReport().violations.isEmpty)
    }

    // MARK: - The second peer

    /// A re-offer in the name of a peer that sits elsewhere; from now on the scenario's tap carries its datagrams.
    private func join(_ scenario: CallScenario, loss: Double) throws -> WhatsAppEndpoint {
        let second = WhatsAppEndpoint(.init(
            keying: .dtls, address: Self.elsewhere, certificate: try DTLSCertificate.generate(), seed: 99))
        var random = SplitMix64(seed: 5)
        scenario.tap = { [unowned scenario] delivery in
            guard delivery.to == Self.elsewhere else { return delivery }
            if Double(random.next() % 1000) >= loss * 1000 || delivery.bytes.withBytes(PacketKind.classify) == .rtp {
                second.receive(delivery.bytes, from: delivery.from, at: scenario.now)
            }
            return nil
        }
        let offer = try scenario.negotiate(second.makeOffer(at: scenario.now), isOffer: true, options: scenario.toPBX)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: offer, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        second.receiveAnswer(answer, at: scenario.now)
        return second
    }

    private func pump(_ second: WhatsAppEndpoint, _ scenario: CallScenario, milliseconds: Int) {
        for _ in 0..<milliseconds {
            scenario.run(milliseconds: 1)
            if second.nextDeadline <= scenario.now { second.handleDeadline(at: scenario.now) }
            for datagram in second.takeOutput() {
                if let slot = scenario.resources.slot(of: datagram.to) { scenario.inject(datagram.bytes, slot: slot, from: datagram.from) }
            }
        }
    }
}
