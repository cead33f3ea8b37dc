import NGProtocol
import Testing

@Suite struct ReportTests {
    private func report() -> CallReport {
        var ssrc = SSRCReport(ssrc: 4_000_000_000)
        ssrc.packets = 500
        ssrc.samples = 3
        ssrc.average = QualityReport(mos: 43, roundTrip: 20_000, roundTripLeg: 10_000, jitter: 4, packetLoss: 1, reportedAt: 7)
        ssrc.lowest = ssrc.average
        var rtp = StreamReport(local: .init(address: "127.0.0.1", port: 30_000, isIPv6: false))
        rtp.received = TrafficReport(packets: 500, bytes: 86_000, errors: 1)
        rtp.receivedRTCP = TrafficReport(packets: 2, bytes: 100)
        rtp.remote = .init(address: "2001:db8::1", port: 4000, isIPv6: true)
        var rtcp = StreamReport(local: .init(address: "127.0.0.1", port: 30_001, isIPv6: false))
        rtcp.isRTCPOnly = true
        rtcp.received = TrafficReport(packets: 3, bytes: 200)
        var media = MediaReport()
        media.streams = [rtp, rtcp]
        media.ingress = [ssrc]
        var party = PartyReport()
        party.tag = "a"
        party.subscriptions = ["b"]
        party.medias = [media]
        var report = CallReport()
        report.created = 1_795_221_231_004_989
        report.parties = [party, PartyReport()]
        return report
    }

    private func at(_ dictionary: NGDictionary, _ path: String...) -> NGValue? {
        var value: NGValue? = .dictionary(dictionary)
        for step in path {
            switch value {
            case .dictionary(let dictionary): value = dictionary[step]
            case .list(let list): value = Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
            default: return nil
            }
        }
        return value
    }

    @Test func keysThatProxiesRead() {
        let reply = report().dictionary
        #expect(at(reply, "created") == 1_795_221_231)
        #expect(at(reply, "created_us") == 4_989)
        #expect(at(reply, "totals", "RTP") == ["packets": 500, "bytes": 86_000, "errors": 1])
        #expect(at(reply, "totals", "RTCP") == ["packets": 5, "bytes": 300, "errors": 0])
        #expect(at(reply, "SSRC", "4000000000", "average MOS", "MOS") == 43)
        #expect(at(reply, "SSRC", "4000000000", "average MOS", "samples") == 3)
        #expect(at(reply, "SSRC", "4000000000", "lowest MOS", "reported at") == 7)
        #expect(at(reply, "tags", "a", "medias", "0", "ingress SSRCs", "0", "SSRC") == 4_000_000_000)
        #expect(at(reply, "tags", "a", "medias", "0", "streams", "0", "endpoint")
            == ["family": "IPv6", "address": "2001:db8::1", "port": 4000])
        #expect(at(reply, "tags", "a", "subscriptions", "0") == ["tag": "b", "type": "offer/answer"])
        #expect(at(reply, "tags", "<untagged 2>", "medias") == [])
    }

    @Test func ssrcReportingChoosesThePlace() {
        var report = report()
        report.reportsGlobalSSRC = false
        #expect(at(report.dictionary, "SSRC") == nil)
        report.reportsInlineSSRC = false
        #expect(at(report.dictionary, "tags", "a", "medias", "0", "ingress SSRCs") == nil)
    }

    /// Every key of rtpengine's own reply is in ours too.
    @Test func hasTheKeysOfACapturedReply() throws {
        let file = try #require(Fixtures.files("wa-savp-03-delete.reply").first)
        let theirs = try file.bytes.message()
        let ours = report().dictionary
        for entry in theirs.entries where entry.key != "result" { #expect(ours[entry.key] != nil, "\(entry.key)") }
        for key in ["tag", "created", "subscriptions", "subscribers", "medias"] { #expect(at(ours, "tags", "a", key) != nil, "\(key)") }
        for key in ["index", "type", "protocol", "streams", "flags"] { #expect(at(ours, "tags", "a", "medias", "0", key) != nil, "\(key)") }
        for key in ["local port", "local address", "family", "endpoint", "last packet", "flags", "stats"] {
            #expect(at(ours, "tags", "a", "medias", "0", "streams", "0", key) != nil, "\(key)")
        }
    }
}
