import ICE
import MediaCore
import PeerSimulator
import RTP
import SDP
import SRTP
import Testing
import Wire

/// Roles, nominations and pairs: what Meta ignores, and what comes of it.
@Suite struct StrictICETests {
    /// We are controlled by mistake: Meta answers nothing, and gives the call up.
    @Test func aControlledBusinessStalls() throws {
        let scenario = try CallScenario()
        scenario.adjustPlan = { plan in
            plan.media[0].transport.ice?.isControlling = false
            plan.media[0].transport.ice?.remoteIsLite = false
        }
        try scenario.userCalls()
        scenario.run(milliseconds: 21_000)
        let report = scenario.whatsApp.makeReport()
        #expect(report.iceConnected == nil && report.packetsReceived == 0)
        #expect(report.violations.contains { $0.rule == .controllingRole })
        #expect(report.failure?.code == 138_021)
    }

    @Test func aNominationBeforeAnyCheckIsIgnored() throws {
        let meta = try BareMeta()
        #expect(meta.send(nominates: true, port: 4000) == 0)
        #expect(meta.send(nominates: false, port: 4000) == 1)
        #expect(meta.send(nominates: true, port: 4001) == 0, "the check was on another pair")
        #expect(meta.violations == [.regularNomination, .regularNomination])
        #expect(!meta.isNominated)
        #expect(meta.send(nominates: true, port: 4000) == 1)
        #expect(meta.isNominated)
    }

    @Test func aSecondPairIsIgnored() throws {
        let meta = try BareMeta()
        for port: UInt16 in [4000, 4001] { #expect(meta.send(nominates: false, port: port) == 1) }
        #expect(meta.send(nominates: true, port: 4001) == 1)
        #expect(meta.violations.isEmpty)
        #expect(meta.send(nominates: true, port: 4000) == 0)
        #expect(meta.send(nominates: true, port: 4001) == 1, "as consent checks repeat it")
        #expect(meta.violations == [.pairNeverChanges])
    }

    /// A wrong password or user name nominates nothing.
    @Test(arguments: [true, false])
    func strangersNominateNothing(_ hasWrongName: Bool) throws {
        let meta = try BareMeta(ufrag: hasWrongName ? "somebody" : nil, password: hasWrongName ? nil : "the wrong one")
        for nominates in [false, true] { _ = meta.send(nominates: nominates, port: 4000) }
        #expect(!meta.isNominated)
    }

    @Test func aHandshakeBeforeTheNominationIsIgnored() throws {
        let meta = try BareMeta()
        _ = meta.send(nominates: false, port: 4000)
        meta.receive([22, 0xfe, 0xfd] + [UInt8](repeating: 0, count: 20), port: 4000)
        #expect(meta.violations == [.dtlsAfterNomination])
    }

    @Test func mediaBeforeTheKeysIsLost() throws {
        let meta = try BareMeta()
        for nominates in [false, true] { _ = meta.send(nominates: nominates, port: 4000) }
        meta.receive([0x80, 111] + [UInt8](repeating: 1, count: 60), port: 4000)
        #expect(meta.endpoint.makeReport().packetsBeforeKeys == 1 && meta.endpoint.heard.isEmpty)
    }

    /// In mid-call everything comes from another port, as if a NAT had forgotten us: Meta hears nobody and gives the call up.
    @Test func mediaFromAnotherAddressIsNotHeard() throws {
        let scenario = try CallScenario()
        try scenario.userCalls()
        scenario.run(milliseconds: 2000)
        let before = scenario.whatsApp.makeReport()
        scenario.tap = { delivery in
            var delivery = delivery
            if delivery.to == CallScenario.whatsAppAddress { delivery.from.port = 50_000 }
            return delivery
        }
        scenario.run(milliseconds: 29_000)
        #expect(scenario.whatsApp.failure == nil)
        scenario.run(milliseconds: 2000)
        let report = scenario.whatsApp.makeReport()
        #expect(before.violations.isEmpty && report.packetsReceived == before.packetsReceived)
        #expect(Set(report.violations.map(\.rule)) == [.ownPairOnly, .pairNeverChanges, .inactivity])
        #expect(report.failure?.code == 138_021)
    }
}

/// Meta's end with nobody but the test on the other one.
final class BareMeta {
    let endpoint: WhatsAppEndpoint
    private let ufrag: [UInt8]
    private let password: [UInt8]
    private var number: UInt64 = 0
    private let now = MonotonicInstant(nanoseconds: 0)

    init(ufrag: String? = nil, password: String? = nil) throws {
        endpoint = WhatsAppEndpoint(.init(
            keying: .dtls, address: CallScenario.whatsAppAddress, certificate: try .generate(), seed: 1))
        let media = try #require(try SessionDescription(parsing: endpoint.makeOffer()).media.first)
        self.ufrag = Array(try #require(ufrag ?? media.attribute("ice-ufrag")).utf8)
        self.password = Array(try #require(password ?? media.attribute("ice-pwd")).utf8)
    }

    var violations: [WhatsAppRule] { endpoint.makeReport().violations.map(\.rule) }
    /// Only a peer that has a pair looks at the keys, or misses them.
    var isNominated: Bool {
        let before = endpoint.makeReport().packetsBeforeKeys
        receive([0x80, 111] + [UInt8](repeating: 1, count: 60), port: 4000)
        return endpoint.makeReport().packetsBeforeKeys > before
    }

    func receive(_ bytes: [UInt8], port: UInt16) {
        endpoint.receive(bytes, from: TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: port), at: now)
    }

    /// A check.
    /// - Returns: the number of successful answers.
    func send(nominates: Bool, port: UInt16) -> Int {
        number += 1
        var bytes = [UInt8](repeating: 0, count: 400)
        let length = bytes.withUnsafeMutableBytes { room in
            var writer = STUNWriter(
                into: MutableBytes(room.baseAddress, count: room.count), messageClass: .request, transactionID: .init(high: 1, low: number))
            (ufrag + Array(":us".utf8)).withBytes { writer.append(.username, $0) }
            writer.append(.priority, UInt32(1))
            writer.append(.controlling(tieBreaker: 1))
            if nominates { writer.append(.useCandidate) }
            password.withBytes { writer.appendIntegrity(key: $0) }
            writer.appendFingerprint()
            return writer.finish()
        }
        receive(Array(bytes.prefix(length ?? 0)), port: port)
        return endpoint.takeOutput().filter { $0.bytes.withBytes { STUNMessage.parse($0)?.messageClass } == .success }.count
    }
}
