import Glibc
import NGProtocol
import Wire

/// How a run is made of phases.
struct LoadPlan {
    /// Of measured media [s]; 0 measures set-ups only.
    var seconds: Double
    var warmUp: Double
    /// New calls a second; as many as the window lets through without.
    var rate: Double?
    var deletesAtOnce = false
    var backgroundSetUps = 0.0
    var keepUntilDelete = 0.0
    /// Moments after the last delete at which the daemon's memory is looked at [s].
    var memoryMoments: [Double] = [1]
    var recordings = 0
    var recordDirectory = "."
    var delaySamples: Int?
}

/// What a span of time cost.
struct Span {
    var seconds = 0.0
    var daemon = ProcessMeter.Usage()
    var generator = 0.0
    var sent = 0
    var received = 0
    var unexpected = 0
    var dropped = 0
}

/// One run: phases over a world, and what came of each.
final class LoadRun {
    let world: LoadWorld
    let plan: LoadPlan
    private let progress = ProgressLines()
    var memoryBefore = ProcessMeter.Memory()
    var memorySteady = ProcessMeter.Memory()
    /// At the plan's moments.
    private(set) var memoryAfter: [(seconds: Double, memory: ProcessMeter.Memory)] = []
    var setUp = Span()
    var measure = Span()
    var deletion = Span()
    var loadAverage = 0.0
    var recordings: [RecordedCall] = []

    init(world: LoadWorld, plan: LoadPlan) {
        self.world = world
        self.plan = plan
    }

    private struct Edge {
        let at: Int64
        let usage: ProcessMeter.Usage
        let generator: Double
        let sent: Int
        let received: Int
        let unexpected: Int
        let dropped: Int
    }

    private func edge() throws(LoadError) -> Edge {
        guard let usage = world.meter.usage else { throw .daemon("no process \(world.options.daemonPid)") }
        return Edge(
            at: SystemClock.now, usage: usage, generator: SystemClock.processTime, sent: world.packetsSent, received: world.packetsReceived,
            unexpected: world.unexpected, dropped: world.sockets.dropped)
    }

    private func span(since start: Edge) throws(LoadError) -> Span {
        let end = try edge()
        let daemon = ProcessMeter.Usage(
            user: end.usage.user - start.usage.user, system: end.usage.system - start.usage.system, threads: end.usage.threads)
        return Span(
            seconds: Double(end.at - start.at) / 1e9, daemon: daemon, generator: end.generator - start.generator,
            sent: end.sent - start.sent, received: end.received - start.received, unexpected: end.unexpected - start.unexpected,
            dropped: end.dropped - start.dropped)
    }

    /// All phases; whatever ends them, the calls are deleted.
    func carryOut() throws(LoadError) {
        loadAverage = ProcessMeter.loadAverage
        try ping()
        memoryBefore = world.meter.memory
        do throws(LoadError) {
            try setUpAll()
            if plan.seconds > 0 { try play() }
        } catch {
            stopRequested = 0
            try? deleteAll()
            throw error
        }
        if plan.seconds <= 0 { memorySteady = world.meter.memory }
        try wait(plan.keepUntilDelete)
        try deleteAll()
        let deleted = SystemClock.now
        for seconds in plan.memoryMoments.sorted() {
            try world.run(until: deleted + Int64(seconds * 1e9))
            memoryAfter.append((seconds, world.meter.memory))
        }
        progress.show("done", world.foreground.completed, world.options.calls, isLast: true)
    }

    private func ping() throws(LoadError) {
        for _ in 0..<3 where world.pongs == 0 {
            world.requests.send(.ping, [:], of: nil)
            try world.run(until: SystemClock.now + 1_000_000_000) { world.pongs > 0 }
        }
        guard world.pongs > 0 else { throw .daemon("no answer to ping") }
    }

    private func wait(_ seconds: Double) throws(LoadError) {
        try world.run(until: SystemClock.now + Int64(seconds * 1e9))
    }

    private func setUpAll() throws(LoadError) {
        let start = try edge()
        let count = world.options.calls
        world.isDeletingAtOnce = plan.deletesAtOnce
        while world.foreground.completed + world.foreground.failed < count {
            startCalls(upTo: count, since: start.at)
            try world.turn()
            progress.show("set-up", world.foreground.completed, count)
            // A daemon that refuses its first hundred calls will refuse the others.
            if world.foreground.failed >= min(count, 100), world.foreground.completed == 0 { break }
        }
        setUp = try span(since: start)
        guard world.foreground.completed > 0 else { throw .daemon(world.foreground.failure ?? "no call came up") }
    }

    private func startCalls(upTo count: Int, since start: Int64) {
        var due = count
        if let rate = plan.rate { due = min(count, Int(Double(SystemClock.now - start) / 1e9 * rate) + 1) }
        // The sending has its turn after each few.
        for _ in 0..<4 where world.foreground.begun < due && world.inSetUp < (plan.rate == nil ? world.options.setUpWindow : 4096) {
            world.begin(isBackground: false)
        }
    }

    private func play() throws(LoadError) {
        let capacity = Int(plan.seconds * 50) + 100
        let now = SystemClock.now
        world.isQuietWhenUp = false
        for leg in legs {
            leg.relay.prepare(capacity: capacity)
            leg.frames.prepare(capacity: capacity)
            leg.resume(at: now)
        }
        for call in world.calls.compactMap({ $0 }).prefix(plan.recordings) {
            for leg in call.legs { leg.recorder = Recorder(codec: leg.codec) }
        }
        try pass("warm-up", plan.warmUp)
        if let samples = plan.delaySamples {
            world.delayStride = max(1, 2 * world.options.calls * Int(plan.seconds * 50) / max(1, samples))
        }

        let start = try edge()
        world.isMeasuring = true
        for leg in legs {
            leg.relay.begin(at: other(leg).counter)
            leg.frames.begin(at: start.at)
            leg.recorder?.start()
        }
        measuredLegs = legs
        try pass("measure", plan.seconds, backgroundSince: start.at)
        for leg in measuredLegs {
            leg.relay.finish(at: other(leg).counter)
            leg.frames.finish(at: SystemClock.now)
            leg.recorder?.stop()
        }
        world.isMeasuring = false
        measure = try span(since: start)
        // What was sent at the end of the window arrives after it.
        try wait(0.3)
        memorySteady = world.meter.memory
        try world.run(until: SystemClock.now + 5_000_000_000) { !world.calls.contains { $0?.isBackground ?? false } }
        recordings = try RecordedCall.write(world, to: plan.recordDirectory)
    }

    /// Those that were measured; they outlive their calls.
    private(set) var measuredLegs: [MediaLeg] = []

    private var legs: [MediaLeg] {
        world.calls.flatMap { call in call.map { $0.isBackground || $0.state != .up ? [] : $0.legs } ?? [] }
    }

    private func other(_ leg: MediaLeg) -> MediaLeg { world.calls[leg.number >> 1]?.legs[leg.number & 1 ^ 1] ?? leg }

    private func pass(_ phase: String, _ seconds: Double, backgroundSince start: Int64? = nil) throws(LoadError) {
        let began = SystemClock.now
        let end = began + Int64(seconds * 1e9)
        while true {
            let now = SystemClock.now
            if now >= end { return }
            if let start, Double(world.background.begun) < Double(now - start) / 1e9 * plan.backgroundSetUps {
                world.begin(isBackground: true)
            }
            try world.turn()
            progress.show(phase, Int((now - began) / 1_000_000_000), Int(seconds))
        }
    }

    /// Deletes what there is, a window at a time.
    private func deleteAll() throws(LoadError) {
        let start = try edge()
        var left = world.calls.compactMap { $0 }.filter { $0.state != .deleting && $0.state != .over }
        let count = left.count
        let end = SystemClock.now + 30_000_000_000
        while SystemClock.now < end, !left.isEmpty || world.deleting > 0 {
            for _ in 0..<4 where world.deleting < world.options.setUpWindow {
                if let call = left.popLast() { world.delete(call) }
            }
            try world.turn()
            progress.show("delete", count - left.count, count)
        }
        deletion = try span(since: start)
    }
}
