import Foundation
import NGProtocol
import Testing

@Suite struct ReportTests {
    private func ssrc() -> SSRCReport {
        var ssrc = SSRCReport(ssrc: 4_000_000_000)
        ssrc.packets = 500
        ssrc.bytes = 80_000
        ssrc.lastTimestamp = 96_000
        ssrc.lastSequence = 700
        ssrc.cumulativeLoss = 3
        ssrc.samples = 3
        ssrc.average = quality(43, at: 17)
        ssrc.lowest = quality(41, at: 7)
        ssrc.highest = quality(44, at: 12)
        ssrc.progression = [quality(41, at: 7), quality(44, at: 12), quality(43, at: 17)]
        return ssrc
    }

    private func quality(_ mos: Int, at time: Int64) -> QualityReport {
        QualityReport(mos: mos, roundTrip: 20_000, roundTripLeg: 10_000, jitter: 4, packetLoss: 1, reportedAt: time)
    }

    private func media() -> MediaReport {
        var rtp = StreamReport(local: .init(address: "127.0.0.1", port: 30_000, isIPv6: false))
        rtp.received = TrafficReport(packets: 500, bytes: 86_000, errors: 1)
        rtp.remote = .init(address: "2001:db8::1", port: 4000, isIPv6: true)
        rtp.advertisedRemote = rtp.remote
        rtp.ssrc = 4_000_000_000
        rtp.cryptoSuite = "AES_CM_128_HMAC_SHA1_80"
        rtp.lastPacket = 1_795_221_240
        rtp.flags = ["RTP", "filled"]
        var rtcp = StreamReport(local: .init(address: "127.0.0.1", port: 30_001, isIPv6: false))
        rtcp.isRTCPOnly = true
        rtcp.received = TrafficReport(packets: 3, bytes: 200)
        rtcp.flags = ["RTCP"]
        var media = MediaReport()
        media.transport = "RTP/SAVP"
        media.codec = "PCMU/8000"
        media.flags = ["initialized", "send", "recv", "SDES"]
        media.streams = [rtp, rtcp]
        media.ingress = [ssrc()]
        return media
    }

    private func report() -> CallReport {
        var caller = PartyReport()
        caller.tag = "a"
        caller.viaBranch = "z9hG4bK1"
        caller.aliases = ["a0"]
        caller.label = "caller"
        caller.created = 1_795_221_231
        caller.metadata = "k:v"
        caller.subscriptions = [SubscriptionReport(tag: "b")]
        caller.subscribers = [SubscriptionReport(tag: nil), SubscriptionReport(tag: "s", isOfferAnswer: false)]
        caller.medias = [media()]
        var callee = PartyReport()
        callee.number = 1
        var report = CallReport()
        report.created = 1_795_221_231_004_989
        report.lastSignal = 1_795_221_232
        report.metadata = "k:v"
        report.parties = [caller, callee]
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

    /// Those that Kamailio's module looks for (`mos_*_pv`, `rtpengine_query`), and OpenSIPS'.
    @Test func keysThatProxiesRead() {
        let reply = report().dictionary
        #expect(at(reply, "created") == 1_795_221_231)
        #expect(at(reply, "created_us") == 4_989)
        #expect(at(reply, "created_ts") == 1_795_221_231_004_989)
        #expect(at(reply, "totals", "RTP") == ["packets": 500, "bytes": 86_000, "errors": 1])
        #expect(at(reply, "totals", "RTCP") == ["packets": 3, "bytes": 200, "errors": 0])
        for (kind, mos) in [("average MOS", 43), ("lowest MOS", 41), ("highest MOS", 44)] as [(String, NGValue)] {
            #expect(at(reply, "SSRC", "4000000000", kind, "MOS") == mos)
            for (key, value) in [("packet loss", 1), ("jitter", 4), ("round-trip time", 20_000), ("round-trip time leg", 10_000)]
                as [(String, NGValue)] { #expect(at(reply, "SSRC", "4000000000", kind, key) == value, "\(kind) \(key)") }
        }
        #expect(at(reply, "SSRC", "4000000000", "average MOS", "samples") == 3)
        #expect(at(reply, "SSRC", "4000000000", "lowest MOS", "reported at") == 7)
        #expect(at(reply, "SSRC", "4000000000", "highest MOS", "reported at") == 12)
        #expect(at(reply, "tags", "a", "label") == "caller")
        #expect(at(reply, "tags", "a", "medias", "0", "streams", "0", "SSRC") == 4_000_000_000)
        #expect(at(reply, "tags", "a", "medias", "0", "ingress SSRCs", "0", "SSRC") == 4_000_000_000)
    }

    @Test func qualityInItsCourse() {
        let course = at(report().dictionary, "SSRC", "4000000000", "MOS progression")
        guard case .dictionary(let course) = course else { return #expect(Bool(false), "no MOS progression") }
        #expect(course["interval"] == 5)
        #expect(at(course, "entries", "1", "MOS") == 44)
        #expect(at(course, "entries", "2", "reported at") == 17)
        #expect(SSRCReport(ssrc: 1).course == nil)
        var once = ssrc()
        once.progression = [quality(41, at: 7)]
        #expect(once.course?["interval"] == 0)
    }

    @Test func partiesWithoutATag() {
        let reply = report().dictionary
        #expect(at(reply, "tags", "<untagged 1>", "tag") == "")
        #expect(at(reply, "tags", "<untagged 1>", "medias") == [])
        #expect(at(reply, "tags", "a", "subscribers") == [["tag": "", "type": "offer/answer"], ["tag": "s", "type": "pub/sub"]])
    }

    @Test func recordingIsReportedOfEveryParty() {
        var report = report()
        #expect(at(report.dictionary, "recording") == nil && at(report.dictionary, "tags", "a", "recording") == nil)
        report.isRecording = true
        report.parties[1].isExcludedFromRecording = true
        #expect(at(report.dictionary, "recording") == ["call recording": 1, "forwarding": 0])
        #expect(at(report.dictionary, "tags", "a", "recording") == ["excluded": 0, "forwarding": 0])
        #expect(at(report.dictionary, "tags", "<untagged 1>", "recording") == ["excluded": 1, "forwarding": 0])
    }

    @Test func aStreamWithoutAPort() {
        let stream = StreamReport(local: nil)
        var report = report()
        report.parties[0].medias[0].streams = [stream]
        let reply = at(report.dictionary, "tags", "a", "medias", "0", "streams", "0")
        guard case .dictionary(let reply) = reply else { return #expect(Bool(false), "no stream") }
        #expect(reply["local port"] == nil && reply["family"] == nil)
        #expect(reply["endpoint"] == [:] && reply["advertised endpoint"] == [:])
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

    /// The whole reply, key by key and in its order. `RTPBRIDGE_UPDATE_GOLDEN=1` writes the file anew.
    @Test func goldenReply() throws {
        let path = Fixtures.folder.appendingPathComponent("golden/reply-to-query.txt")
        let found = lines(.dictionary(report().dictionary)).joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["RTPBRIDGE_UPDATE_GOLDEN"] != nil { try Data(found.utf8).write(to: path) }
        #expect(try String(contentsOf: path, encoding: .utf8) == found)
    }

    private func lines(_ value: NGValue, _ path: String = "") -> [String] {
        switch value {
        case .dictionary(let entries) where !entries.entries.isEmpty:
            entries.entries.flatMap { lines($0.value, path.isEmpty ? $0.key : path + "." + $0.key) }
        case .list(let values) where !values.isEmpty: values.enumerated().flatMap { lines($1, "\(path)[\($0)]") }
        case .dictionary: ["\(path): {}"]
        case .list: ["\(path): []"]
        default: ["\(path): \(value.text ?? "")"]
        }
    }
}

extension SSRCReport {
    /// `MOS progression` of its reply.
    fileprivate var course: NGDictionary? {
        var party = PartyReport()
        party.tag = "a"
        var media = MediaReport()
        media.ingress = [self]
        party.medias = [media]
        var report = CallReport()
        report.parties = [party]
        guard case .dictionary(let all) = report.dictionary["SSRC"], case .dictionary(let own) = all[String(ssrc)],
              case .dictionary(let course) = own["MOS progression"] else { return nil }
        return course
    }
}
