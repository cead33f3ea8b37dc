@testable import ControlPlane
import Foundation
import MediaCore
import MediaIO
import NGProtocol
import Testing
import Wire

@Suite struct StatisticsTests {
    private let loopback = IPAddress(v4: 0x7f00_0001)

    /// Two parties: Opus on one side, PCMU on the other.
    private func plan(transcodes: Bool) -> CallPlan {
        let opus = PayloadPlan(payloadType: 111, format: .opus, clockRate: 48_000, channels: 2)
        let pcmu = PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8_000)
        func media(_ participant: Int, _ payload: PayloadPlan, source: Int) -> MediaPlan {
            var transport = TransportPlan()
            let address = TransportAddress(ip: loopback, port: 20_000)
            transport.rtpSockets = [LocalSocket(slot: participant, local: address, advertised: address)]
            return MediaPlan(
                participant: participant, transport: transport, receivePayloads: [payload], sendPayloads: [payload], packetTime: 20,
                ssrc: 1, cname: "c", source: source)
        }
        return CallPlan(media: [media(0, transcodes ? opus : pcmu, source: 1), media(1, pcmu, source: 0)])
    }

    private func statistics(_ received: [UInt64], transcodes: Bool = false) -> CallStatistics {
        var statistics = CallStatistics()
        statistics.media = received.map { packets in
            var media = MediaStatistics()
            media.rtpIn.packets = packets
            media.rtpIn.bytes = packets * 100
            media.rtpOut.packets = packets
            media.isTranscoding = transcodes
            media.digitsReceived = 1
            return media
        }
        return statistics
    }

    @Test func endsAreSortedByReason() {
        var totals = CallTotals()
        for end in [CallEnd.deleted, .mediaTimeout, .terminated, .shutdown, .refused] {
            totals.add(end, length: 2, plan: plan(transcodes: false), statistics([1, 1]))
        }
        // A call whose first offer was refused never was one.
        #expect(totals.managed == 4)
        #expect(totals.ended(.terminated, .shutdown) == 2)
        #expect(totals.duration.sum == 8)
        #expect(totals.duration.squares == 16)
        #expect(totals.traffic.packets == 8)
        #expect(totals.traffic.bytes == 800)
        #expect(totals.digitsReceived == 8)
    }

    @Test func streamsWithoutPackets() {
        var totals = CallTotals()
        totals.add(.deleted, length: 1, plan: plan(transcodes: false), statistics([0, 0]))
        totals.add(.deleted, length: 1, plan: plan(transcodes: false), statistics([5, 0]))
        totals.add(.deleted, length: 1, plan: plan(transcodes: false), statistics([5, 5]))
        #expect(totals.silentStreams == 1)
        #expect(totals.oneWayStreams == 1)
    }

    @Test func transcodersByKind() {
        var snapshot = StatisticsSnapshot()
        snapshot.add(plan(transcodes: true))
        snapshot.add(plan(transcodes: false))
        #expect(snapshot.chains.map(\.chain.description) == ["PCMU/8000 -> opus/48000/2", "opus/48000/2 -> PCMU/8000"])
        #expect(snapshot.transcodedMedia == 2)
        #expect(snapshot.sessions == 2)
        #expect(snapshot.ipv4Sessions == 2)
        var totals = CallTotals()
        totals.add(.deleted, length: 1, plan: plan(transcodes: true), statistics([50, 50], transcodes: true))
        #expect(totals.transcoders.map(\.totals.samples) == [48_000, 8_000])
    }

    @Test func samplesHaveAverageAndDeviation() {
        var sum = SampleSum()
        sum.add(1)
        sum.add(3, weight: 3)
        sum.add(.nan)
        #expect(sum.average == 2.5)
        #expect(sum.count == 4)
        #expect(abs(sum.deviation - 0.75.squareRoot()) < 1e-12)
        #expect(SampleSum().average == 0)
    }

    @Test func ratesAreOfTheLastSample() {
        var rates = TrafficRates()
        var worker = WorkerStatistics()
        let start = MonotonicInstant(nanoseconds: 0)
        rates.sample([worker], at: start)
        worker.packetsReceived = 100
        worker.bytesReceived = 20_000
        rates.sample([worker], at: start + .seconds(2))
        #expect(rates.packets == 50)
        #expect(rates.bytes == 10_000)
        rates.sample([worker], at: start + .seconds(3))
        #expect(rates.packets == 0)
    }

    /// Anybody can write a sender into a datagram.
    @Test func proxiesAreBounded() {
        var requests = RequestTotals()
        for number in 0..<2_000 {
            requests.count(.init(command: "ping", proxy: IPAddress(v4: UInt32(number + 1)), duration: .milliseconds(1), isError: false))
        }
        #expect(requests.proxies.count == RequestTotals.maximumProxies + 1)
        #expect(requests.total(.ping) == 2_000)
        requests.count(.init(command: "no such", proxy: loopback, duration: .zero, isError: true))
        #expect(requests.proxies.last?.errors == 1)
    }

    @Test func commandsMayBeWrittenWithDashes() {
        #expect(CountedCommand(wireName: "play-media") == .playMedia)
        #expect(CountedCommand(wireName: "block DTMF") == .blockDTMF)
        #expect(CountedCommand(wireName: "CLI") == .cli)
        #expect(CountedCommand(wireName: "offers") == nil)
    }

    @Test func decimalText() {
        #expect(DecimalText.fixed(0, 6) == "0.000000")
        #expect(DecimalText.fixed(2.0927546, 6) == "2.092755")
        #expect(DecimalText.fixed(-1.25, 1) == "-1.2")
        #expect(DecimalText.fixed(99.999, 2) == "100.00")
        #expect(DecimalText.fixed(1000, 0) == "1000")
        #expect(DecimalText.fixed(.nan, 2) == "0.00")
        #expect(DecimalText.fixed(1e300, 2) == "0.00")
    }

    /// rtpengine's own statistics after the same requests have these keys, the intervals of Graphite excepted.
    @Test func theTreeHasRTPEnginesKeys() throws {
        var snapshot = StatisticsSnapshot()
        snapshot.requests.count(.init(command: "ping", proxy: loopback, duration: .milliseconds(1), isError: false))
        snapshot.interfaces = [.init(name: "a", address: loopback, ports: 1...4, used: 1, totals: InterfaceTotals())]
        let tree = StatisticsTree.make(snapshot)
        let ng = try #require(tree.ngValue.dictionary)
        #expect(ng.at("totalstatistics", "uptime") == "0")
        #expect(ng.at("totalstatistics", "avgcallduration") == "0.000000")
        #expect(ng.at("totalstatistics", "managedsessions") == 0)
        #expect(ng.at("controlstatistics", "proxies", "0", "pingcount") == 1)
        #expect(ng.at("controlstatistics", "proxies", "0", "pingduration") == "0.001000")
        #expect(ng.at("controlstatistics", "totalstatscount") == 0)
        #expect(ng.at("interfaces", "0", "ports", "used_pct") == "25.00")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(tree.json.utf8)) as? [String: Any])
        let sections = ["currentstatistics", "totalstatistics", "mos", "controlstatistics", "interfaces", "transcoders"]
        #expect(Set(json.keys).isSuperset(of: sections))
        let total = try #require(json["totalstatistics"] as? [String: Any])
        #expect(total["uptime"] as? Int == 0)
    }

    @Test func theRequestsReplyIsTheTree() async throws {
        try await TestPlane.with { test async throws in
            _ = try await test.offer()
            let reply = try await test.request(["command": "statistics"])
            #expect(reply["result"] == "ok")
            #expect(reply.at("statistics", "currentstatistics", "sessionsown") == 1)
            #expect(reply.at("statistics", "controlstatistics", "totaloffercount") == 1)
        }
    }
}

/// GET /metrics.
@Suite struct MetricsTests {
    private var text: String {
        var snapshot = StatisticsSnapshot()
        snapshot.requests.count(.init(command: "ping", proxy: IPAddress(v4: 1), duration: .milliseconds(1), isError: true))
        snapshot.interfaces = ["one", "t\"w\\o"].map {
            .init(name: $0, address: IPAddress(v4: 0x7f00_0001), ports: 1...4, used: 1, totals: InterfaceTotals())
        }
        let payload = PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8_000)
        snapshot.transcoders = [TranscoderChain(payload, payload): 1]
        return MetricsText(snapshot, workers: [WorkerStatistics(), WorkerStatistics()]).text
    }

    /// Each line is a sample or a comment; HELP and TYPE come once, before the first sample; every metric of the table is there, and
    /// no other.
    @Test func theTextIsWellFormed() throws {
        var named: Set<String> = []
        var announced: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if words[0] == "#" {
                if words[1] == "TYPE" { announced.append(String(words[2])) }
                continue
            }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            #expect(announced.contains(name))
            named.insert(name)
            #expect(Double(line.split(separator: " ").last ?? "") != nil)
        }
        #expect(announced.count == Set(announced).count)
        #expect(named == Set(Metric.all.map(\.name)))
        #expect(text.contains("rtpengine_ports_used{name=\"t\\\"w\\\\o\",address=\"127.0.0.1\"} 1\n"))
    }

    @Test func dropsAreNamed() {
        #expect(text.contains("rtpbridge_dropped_packets_total{reason=\"authenticationFailed\"} 0\n"))
        #expect(text.contains("rtpbridge_setups_total{step=\"dtls\"} 0\n"))
    }

    private static let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("proto/metrics.md")

    private static let document = """
        # Metrics

        `GET /metrics` of `listen-http` and `listen-https` answers with these, in Prometheus' text format. Names that begin with
        `rtpengine_` are rtpengine's and mean what they mean there; the others are ours.

        - Counters of media are those of calls that are over. There is no kernel module, so what has `type="kernel"` is zero.
        - `proxy` is the address of the client, `name` and `address` are an interface's; `chain` is what is converted into what.
        - The sum of squares of a quality is made of the averages of streams, each as often as it was sampled.
        - `reason` of `rtpbridge_dropped_packets_total` is the list in `Sources/MediaCore/DropReason.swift`: `authenticationFailed`
          and `replayed` are what SRTP refused.
        - `step` is `ice`, `dtls`, `first_packet_in` or `first_packet_out`; legs that never came so far are not in it.
        - rtpengine's `media_cache`, `player_cache`, `poller_*`, `ksender_*` and `cc_*` are of parts that do not exist here;
          `rtp_skips` and `rtp_seq_resets` are not counted.

        \(Metric.document)
        """

    /// proto/metrics.md is what the table says. With RTPBRIDGE_WRITE_DOCS set in the environment it is written anew.
    @Test func theDocumentIsCurrent() throws {
        if ProcessInfo.processInfo.environment["RTPBRIDGE_WRITE_DOCS"] != nil {
            try Self.document.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == Self.document)
    }
}

private extension NGValue {
    var dictionary: NGDictionary? {
        if case .dictionary(let dictionary) = self { dictionary } else { nil }
    }
}
