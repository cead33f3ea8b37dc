import MediaCore
import PeerSimulator
import RTP
import SRTP
import Testing
import Wire

/// Each datagram of the handshake is lost once: the call is up all the same, as soon as the side repeats it whose turn it is. We
/// do after 50 ms, Meta after a second.
@Suite struct LostFlightTests {
    /// The four flights of DTLS 1.2 with ECDSA certificates fit a datagram each; our first one goes out more than once.
    @Test(arguments: 0..<6, [true, false])
    func oneLostHandshakeDatagramCostsLittle(_ lost: Int, _ userCalls: Bool) throws {
        let scenario = try CallScenario()
        var count = 0, isMetas = false
        scenario.tap = { delivery in
            guard delivery.bytes.withBytes(PacketKind.classify) == .dtls else { return delivery }
            defer { count += 1 }
            if count == lost { isMetas = delivery.from == CallScenario.whatsAppAddress }
            return count == lost ? nil : delivery
        }
        if userCalls { try scenario.userCalls() } else { try scenario.businessCalls() }
        scenario.pbx.play(Speech.words(2))
        scenario.run(milliseconds: 3000)
        let report = scenario.whatsApp.makeReport()
        let connected = try #require(report.dtlsConnected)
        #expect(connected < .milliseconds(isMetas ? 1200 : 200), "\(connected)")
        #expect(report.violations.isEmpty, "\(report.violations)")
        #expect(count > lost)
    }

    @Test(arguments: 6...11)
    func fortyPercentOfEverythingAreLostDuringSetUp(_ seed: UInt64) throws {
        var setup = CallScenario.Setup()
        setup.seed = seed
        let scenario = try CallScenario(setup)
        scenario.whatsAppLink.loss = 0.4
        try scenario.userCalls()
        scenario.run(milliseconds: 20_000)
        #expect(scenario.whatsApp.isConnected && scenario.whatsApp.failure == nil)
        #expect(scenario.events.contains(.mediaReady(media: 0)))
    }

    @Test func aWrongFingerprintNeverCarriesMedia() throws {
        let scenario = try CallScenario()
        let offer = scenario.whatsApp.makeOffer(at: scenario.now).replacing("a=fingerprint:sha-256 ", with: "a=fingerprint:sha-256 00:")
        let parts = offer.components(of: "a=fingerprint:sha-256 ")
        let tampered = parts.head + "a=fingerprint:sha-256 " + parts.tail.dropLastOctet()
        let forPBX = try scenario.negotiate(tampered, isOffer: true, options: scenario.toPBX)
        let answer = try scenario.negotiate(
            scenario.pbx.makeAnswer(to: forPBX, at: scenario.now), isOffer: false, options: scenario.backToWhatsApp)
        scenario.whatsApp.receiveAnswer(answer, at: scenario.now)
        scenario.whatsApp.play(Speech.words(4))
        scenario.pbx.play(Speech.words(4))
        scenario.run(milliseconds: 4000)
        #expect(scenario.events.contains(.dtlsFailed(media: 0, .fingerprintMismatch)))
        #expect(scenario.pbx.makeReport().packetsReceived == 0)
        #expect(scenario.whatsApp.makeReport().packetsReceived == 0)
    }
}

extension String {
    fileprivate func components(of separator: String) -> (head: String, tail: String) {
        guard let range = self.firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }

    /// The fingerprint at the start of the text without its last octet, so that it has the right length again.
    fileprivate func dropLastOctet() -> String {
        guard let end = self.firstIndex(of: "\r\n") ?? self.firstIndex(of: "\r") else { return self }
        return String(self[..<self.index(end, offsetBy: -3)]) + String(self[end...])
    }
}
