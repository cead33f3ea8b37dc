import MediaCore
import Wire

/// The tree of `statistics` and `list jsonstats`, with rtpengine's sections and keys.
///
/// There is no kernel module here, so what rtpengine counts apart for one is zero. `intervalstatistics`, which go with its
/// Graphite reports, have what there is without intervals: nothing.
enum StatisticsTree {
    typealias Value = StatisticsValue

    static func make(_ figures: StatisticsSnapshot) -> Value {
        .dictionary([
            ("currentstatistics", current(figures)),
            ("totalstatistics", total(figures)),
            ("mos", series("mos", figures.calls.quality.mos)),
            ("voip_metrics", quality(figures.calls.quality)),
            ("controlstatistics", control(figures.requests)),
            ("interfaces", .list(figures.interfaces.map(interface))),
            ("transcoders", .list(figures.chains.map { chain, now, totals in
                .dictionary([
                    ("chain", .string(chain.description)), ("num", .count(now)), ("packets", .count(totals.packets)),
                    ("bytes", .count(totals.bytes)), ("samples", .count(totals.samples)),
                ])
            })),
        ])
    }

    private static func current(_ figures: StatisticsSnapshot) -> Value {
        let rates = figures.rates
        return .dictionary([
            ("sessionsown", .count(figures.sessions)), ("sessionsforeign", .integer(0)), ("sessionstotal", .count(figures.sessions)),
            ("transcodedmedia", .count(figures.transcodedMedia)), ("mediacache", .integer(0)), ("playercache", .integer(0)),
            ("packetrate_user", .count(rates.packets)), ("byterate_user", .count(rates.bytes)), ("errorrate_user", .count(rates.errors)),
            ("packetrate_kernel", .integer(0)), ("byterate_kernel", .integer(0)), ("errorrate_kernel", .integer(0)),
            ("packetrate", .count(rates.packets)), ("byterate", .count(rates.bytes)), ("errorrate", .count(rates.errors)),
            ("media_userspace", .count(figures.streams)), ("media_kernel", .integer(0)), ("media_mixed", .integer(0)),
        ])
    }

    private static func total(_ figures: StatisticsSnapshot) -> Value {
        let calls = figures.calls
        let traffic = calls.traffic
        return .dictionary([
            ("uptime", .quoted(figures.uptime)),
            ("managedsessions", .count(calls.managed)), ("rejectedsessions", .count(calls.rejected)),
            ("timeoutsessions", .count(calls.ended(.mediaTimeout))), ("silenttimeoutsessions", .count(calls.ended(.silentTimeout))),
            ("finaltimeoutsessions", .count(calls.ended(.finalTimeout))), ("offertimeoutsessions", .count(calls.ended(.offerTimeout))),
            ("regularterminatedsessions", .count(calls.ended(.deleted))),
            ("forcedterminatedsessions", .count(calls.ended(.terminated, .shutdown))),
            ("relayedpackets_user", .count(traffic.packets)), ("relayedpacketerrors_user", .count(traffic.errors)),
            ("relayedbytes_user", .count(traffic.bytes)),
            ("relayedpackets_kernel", .integer(0)), ("relayedpacketerrors_kernel", .integer(0)), ("relayedbytes_kernel", .integer(0)),
            ("relayedpackets", .count(traffic.packets)), ("relayedpacketerrors", .count(traffic.errors)),
            ("relayedbytes", .count(traffic.bytes)),
            ("zerowaystreams", .count(calls.silentStreams)), ("onewaystreams", .count(calls.oneWayStreams)),
            ("avgcallduration", .seconds(calls.duration.average)), ("totalcallsduration", .seconds(calls.duration.sum)),
            ("totalcallsduration2", .seconds(calls.duration.squares)),
            ("totalcallsduration_stddev", .seconds(calls.duration.deviation)),
        ])
    }

    private static func entries(_ name: String, _ sum: SampleSum) -> [(String, Value)] {
        [
            ("\(name)_total", .seconds(sum.sum)), ("\(name)2_total", .seconds(sum.squares)), ("\(name)_samples_total", .count(sum.count)),
            ("\(name)_average", .seconds(sum.average)), ("\(name)_stddev", .seconds(sum.deviation)),
        ]
    }

    private static func series(_ name: String, _ sum: SampleSum) -> Value { .dictionary(entries(name, sum)) }

    private static func quality(_ quality: QualityTotals, withMOS: Bool = false) -> Value {
        let series = [("mos", quality.mos), ("jitter", quality.jitter), ("rtt_e2e", quality.roundTrip), ("rtt_dsct", quality.roundTripLeg),
            ("packetloss", quality.packetLoss), ("jitter_measured", quality.measuredJitter)]
        let sums = series.dropFirst(withMOS ? 0 : 1).flatMap { entries($0.0, $0.1) }
        return .dictionary(sums + (withMOS ? [] : [
            ("packets_lost", .count(quality.packetsLost)), ("rtp_duplicates", .count(quality.duplicates)),
            ("rtp_reordered", .count(quality.reordered)),
        ]))
    }

    private static func control(_ requests: RequestTotals) -> Value {
        let proxies = requests.proxies.map { proxy in
            let commands = CountedCommand.allCases.flatMap { command -> [(String, Value)] in
                let totals = proxy[command]
                return [("\(command.shortName)count", .count(totals.count)), ("\(command.shortName)duration", .seconds(totals.seconds))]
            }
            return Value.dictionary([("proxy", .string(proxy.proxy.description))] + commands + [("errorcount", .count(proxy.errors))])
        }
        let totals = CountedCommand.allCases.map { ("total\($0.shortName)count", Value.count(requests.total($0))) }
        return .dictionary([("proxies", .list(proxies))] + totals)
    }

    private static func interface(_ interface: StatisticsSnapshot.Interface) -> Value {
        let ports = interface.ports.count
        func traffic(_ counters: PacketCounters) -> Value {
            .dictionary([("packets", .count(counters.packets)), ("bytes", .count(counters.bytes)), ("errors", .count(counters.errors))])
        }
        return .dictionary([
            ("name", .string(interface.name)), ("address", .string(interface.address.description)),
            ("ports", .dictionary([
                ("min", .integer(Int64(interface.ports.lowerBound))), ("max", .integer(Int64(interface.ports.upperBound))),
                ("used", .count(interface.used)), ("used_pct", .decimal(100 * Double(interface.used) / Double(max(ports, 1)), digits: 2)),
                ("free", .count(interface.free)), ("totals", .count(ports)),
            ])),
            ("packets_lost", .count(interface.totals.quality.packetsLost)), ("duplicates", .count(interface.totals.quality.duplicates)),
            ("voip_metrics", quality(interface.totals.quality, withMOS: true)),
            ("ingress", traffic(interface.totals.received)), ("egress", traffic(interface.totals.sent)),
        ])
    }
}
