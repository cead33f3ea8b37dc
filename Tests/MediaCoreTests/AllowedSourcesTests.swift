import MediaCore
import Testing
import Wire

/// Packets from networks that the plan does not name end before anything looks at them.
@Suite struct AllowedSourcesTests {
    private static let near = TransportAddress(ip: IPAddress(v4: 0xc000_0202), port: 5000)
    private static let far = TransportAddress(ip: IPAddress(v4: 0xcb00_7101), port: 5000)
    private static let farV6 = TransportAddress(ip: IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 5000)

    private func makeCall(_ networks: [String]) -> PlainCall {
        PlainCall { $0.media[1].transport.allowedSources = networks.compactMap { IPNetwork($0) } }
    }

    /// STUN, DTLS, RTCP, RTP and what is none of them.
    @Test(arguments: [[0, 1, 0, 0], [22, 254, 253, 0], [0x80, 200, 0, 1], [0x80, 0, 0, 1], [0xff, 0, 0, 0], []] as [[UInt8]])
    func whateverItIsItIsRefused(_ start: [UInt8]) {
        let call = makeCall(["192.0.2.0/24", "2001:db8:1::/48"])
        let datagram = start + (start.isEmpty ? [] : Array(repeating: 0, count: 40))
        for source in [Self.far, Self.farV6] { call.receive(datagram, on: 1, from: source) }
        let statistics = call.call.statistics()
        #expect(statistics.media[1].sourcesRefused == 2)
        #expect(statistics.drops[DropReason.sourceNotAllowed.rawValue] == 2 && statistics.drops.reduce(0, +) == 2)
        #expect(statistics.media[1].rtpIn.packets == 0 && statistics.media[1].rtpIn.errors == 0 && statistics.media[1].lastPacket == nil)
    }

    @Test func theRestIsHeardAsEver() {
        let call = makeCall(["198.51.100.0/24", "192.0.2.0/24"])
        for sequence in 0..<20 {
            call.send(from: 1, sequence)
            call.receive([0x80, 0, 0, 1] + Array(repeating: 0, count: 40), on: 1, from: Self.far)
        }
        #expect(call.sent[0].count == 20 && call.call.statistics().media[1].sourcesRefused == 20)
    }

    @Test func withoutNetworksEverybodyMayTry() {
        let call = makeCall([])
        call.receive([0x80, 0, 0, 1] + Array(repeating: 0, count: 40), on: 1, from: Self.far)
        #expect(call.call.statistics().media[1].sourcesRefused == 0)
        #expect(call.call.statistics().drops[DropReason.sourceNotAdmitted.rawValue] == 1, "the address of the SDP still counts")
    }

    /// A later plan holds for a source that was allowed before it.
    @Test func aNewPlanCountsAtOnce() {
        let call = makeCall(["192.0.2.0/24"])
        call.send(from: 1, 1)
        call.apply { $0.media[1].transport.allowedSources = [IPNetwork("198.51.100.0/24")].compactMap { $0 } }
        call.send(from: 1, 2)
        #expect(call.sent[0].count == 1 && call.call.statistics().media[1].sourcesRefused == 1)
    }
}
