import Glibc

/// What was measured, as the JSON object that a run prints.
struct LoadResult {
    let run: LoadRun

    private var world: LoadWorld { run.world }
    private var up: Int { world.foreground.completed }

    var json: JSONText {
        .object([
            ("profile", .text(world.profile.rawValue)), ("calls", .whole(up)), ("seconds", .number(run.measure.seconds)),
            ("daemon", daemon), ("packets", packets), ("delay_ms", delay),
            ("set_up", setUps(world.foreground, run.setUp, isAlone: true)),
            ("background", run.plan.backgroundSetUps > 0 ? setUps(world.background, run.measure, isAlone: false) : .null),
            ("delete", deletion), ("generator", generator), ("machine", machine),
            ("recordings", .list(run.recordings.map { recording($0) })),
        ])
    }

    private var daemon: JSONText {
        let span = run.measure
        let cpu = span.daemon.total
        let callSeconds = Double(up) * span.seconds
        // Proportional shares change with every other process, and code that is read in is no call's.
        let isExact = run.memoryBefore.anonymous > 0
        let growth = isExact
            ? run.memorySteady.anonymous - run.memoryBefore.anonymous : run.memorySteady.resident - run.memoryBefore.resident
        let last = run.memoryAfter.last?.memory ?? ProcessMeter.Memory()
        return .object([
            ("cpu_user_s", .number(span.daemon.user)), ("cpu_system_s", .number(span.daemon.system)),
            ("cpu_share", ratio(cpu, span.seconds)),
            ("cpu_us_per_packet", ratio(cpu * 1e6, Double(span.sent))),
            ("cpu_us_per_call_second", ratio(cpu * 1e6, callSeconds)),
            ("calls_per_core", ratio(callSeconds, cpu)),
            ("rss_before_kb", .whole(run.memoryBefore.resident)), ("rss_steady_kb", .whole(run.memorySteady.resident)),
            ("rss_after_kb", .whole(last.resident)),
            ("pss_before_kb", .whole(run.memoryBefore.proportional)), ("pss_steady_kb", .whole(run.memorySteady.proportional)),
            ("pss_after_kb", .whole(last.proportional)),
            ("anonymous_before_kb", .whole(run.memoryBefore.anonymous)), ("anonymous_steady_kb", .whole(run.memorySteady.anonymous)),
            ("anonymous_after_kb", .whole(last.anonymous)),
            ("memory_after", .list(run.memoryAfter.map(memory))),
            ("kb_per_call", ratio(Double(growth), Double(up))),
            ("threads", .whole(span.daemon.threads > 0 ? span.daemon.threads : run.setUp.daemon.threads)),
        ])
    }

    private func memory(_ look: (seconds: Double, memory: ProcessMeter.Memory)) -> JSONText {
        .object([
            ("seconds", .number(look.seconds)), ("rss_kb", .whole(look.memory.resident)), ("pss_kb", .whole(look.memory.proportional)),
            ("anonymous_kb", .whole(look.memory.anonymous)),
        ])
    }

    private var legs: [MediaLeg] { run.measuredLegs }

    private var packets: JSONText {
        var expected = 0, received = 0, duplicates = 0, restarts = 0, silent = 0
        for leg in legs {
            if leg.isStamped {
                expected += leg.relay.sent
                received += leg.relay.received
                duplicates += leg.relay.duplicates
                silent += leg.relay.received == 0 ? 1 : 0
            } else {
                expected += leg.frames.expected ?? Int(run.measure.seconds * 50)
                received += leg.frames.received
                duplicates += leg.frames.duplicates
                restarts += leg.frames.restarts
                silent += leg.frames.received == 0 ? 1 : 0
            }
        }
        let lost = max(0, expected - received)
        return .object([
            ("sent", .whole(run.measure.sent)), ("expected", .whole(expected)), ("received", .whole(received)), ("lost", .whole(lost)),
            ("loss_percent", ratio(100 * Double(lost), Double(expected))), ("duplicates", .whole(duplicates)),
            ("unexpected", .whole(run.measure.unexpected)), ("silent_directions", .whole(silent)), ("line_restarts", .whole(restarts)),
            ("rtcp_received", .whole(world.rtcpReceived)),
        ])
    }

    private var delay: JSONText {
        let delays = world.delays
        return .object([
            ("p50", milliseconds(delays.quantile(0.5))), ("p99", milliseconds(delays.quantile(0.99))),
            ("p999", milliseconds(delays.quantile(0.999))), ("max", milliseconds(delays.maximum)),
            ("mean", .number(delays.mean / 1e6)), ("samples", .whole(delays.count)),
            ("kind", .text(world.profile.isTranscoding ? "lateness" : "relay")),
        ])
    }

    private func setUps(_ times: SetUpTimes, _ span: Span, isAlone: Bool) -> JSONText {
        var entries: [(String, JSONText)] = [
            ("calls", .whole(times.completed)), ("failed", .whole(times.failed)),
            ("error", times.failure.map { .text($0) } ?? .null), ("seconds", .number(span.seconds)),
            ("calls_per_second", ratio(Double(times.completed), span.seconds)),
        ]
        if isAlone {
            entries += [
                ("cpu_ms_per_call", ratio(span.daemon.total * 1e3, Double(times.completed))),
                ("set_ups_per_core_second", ratio(Double(times.completed), span.daemon.total)),
                ("generator_cpu_share", ratio(span.generator, span.seconds)),
            ]
        }
        return .object(entries + [
            ("offer_ms", quantiles(times.offer)), ("answer_ms", quantiles(times.answer)), ("delete_ms", quantiles(times.delete)),
            ("ready_ms", quantiles(times.ready)), ("first_packet_ms", quantiles(times.firstPacket)),
            ("repeated_requests", .whole(world.requests.repetitions)),
        ])
    }

    private var deletion: JSONText {
        .object([
            ("seconds", .number(run.deletion.seconds)), ("cpu_ms_per_call", ratio(run.deletion.daemon.total * 1e3, Double(up))),
        ])
    }

    /// A generator that was late, lost what arrived or had no time left says nothing about the daemon.
    private var generator: JSONText {
        let span = run.measure.seconds > 0 ? run.measure : run.setUp
        let share = span.generator / max(span.seconds, 1e-9)
        let late = Double(world.lateness.quantile(0.99)) / 1e6
        let isOverloaded = late > 5 || run.measure.dropped > 0 || share > 0.95
        return .object([
            ("cpu_s", .number(span.generator)), ("cpu_share", .number(share)), ("late_p99_ms", .number(late)),
            ("late_max_ms", milliseconds(world.lateness.maximum)), ("overloaded", .truth(isOverloaded)),
            ("packets_per_second", ratio(Double(span.sent), span.seconds)), ("receive_drops", .whole(run.measure.dropped)),
            ("send_failures", .whole(world.sendFailures)),
        ])
    }

    private var machine: JSONText {
        .object([("cpus", .whole(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))), ("loadavg_1", .number(run.loadAverage))])
    }

    private func recording(_ call: RecordedCall) -> JSONText {
        .object([
            ("call", .whole(call.call)), ("direction", .text(call.direction)), ("reference", .text(call.reference)),
            ("recorded", .text(call.recorded)), ("offset_ms", .number(call.offset)),
        ])
    }

    private func quantiles(_ histogram: DelayHistogram) -> JSONText {
        .object([
            ("p50", milliseconds(histogram.quantile(0.5))), ("p99", milliseconds(histogram.quantile(0.99))),
            ("max", milliseconds(histogram.maximum)), ("samples", .whole(histogram.count)),
        ])
    }

    private func milliseconds(_ time: Int64) -> JSONText { .number(Double(time) / 1e6) }

    private func ratio(_ one: Double, _ other: Double) -> JSONText { other > 0 ? .number(one / other) : .null }
}
