import NGProtocol

/// Whether there is room for one more call, and on which worker: figures in, verdict out.
///
/// The figures come once a second and say what was. Calls that were admitted meanwhile are not in them, so each counts for what
/// a call has cost on average so far; otherwise a burst between two samples would be admitted as a whole. Once a limit was
/// reached it holds until the figures are 4 % below it, so that the end of one call is not the beginning of the next dozen.
struct AdmissionControl {
    /// A sample.
    struct Figures: Equatable {
        var load = 0.0
        var cpu = 0.0
        /// [bytes/s]
        var bandwidth = 0.0
        var workers: [WorkerFigures] = []
    }

    struct WorkerFigures: Equatable {
        /// 0 to 1.
        var load: Double
        var calls: Int
    }

    enum Verdict: Equatable {
        case admitted(worker: Int)
        case refused(LoadLimit)
    }

    /// A limit that began to be enforced, or ceased.
    struct Change: Equatable {
        var limit: LoadLimit
        var isRefusing: Bool
    }

    /// How far below a limit the figures must be for it to cease, as a share of it.
    static let hysteresis = 0.04
    /// What a call costs a worker at least: a relayed one has a hundred packets a second, at 2 us each where many come at once.
    static let minimumCost = 0.0002
    /// The average of fewer calls says little.
    private static let meaningfulCalls = 8
    /// Loads that differ by less are the same, and the number of calls decides.
    private static let resolution = 0.02

    /// New ones hold at once; a limit that was reached is reached anew or not.
    var limits: AdmissionLimits { didSet { refusing = [] } }
    private var figures = Figures()
    /// The calls of each worker one sample before the last: later ones are in its loads in part or not at all.
    private var settledCalls: [Int] = []
    /// The loads that went with those calls.
    private var settledLoads: [Double] = []
    private var refusing: Set<LoadLimit> = []

    init(_ limits: AdmissionLimits) { self.limits = limits }

    /// Takes the figures of a new sample. Returns the limits that no longer hold.
    mutating func update(_ new: Figures, sessions: Int) -> [Change] {
        let settled = figures.workers.count == new.workers.count ? figures.workers : new.workers
        settledCalls = settled.map(\.calls)
        settledLoads = settled.map(\.load)
        figures = new
        let ceased = LoadLimit.allCases.filter { refusing.contains($0) && hasCeased($0, sessions) }
        refusing.subtract(ceased)
        return ceased.map { Change(limit: $0, isRefusing: false) }
    }

    /// - Parameters:
    ///   - sessions: calls that there are.
    ///   - calls: those on each worker.
    /// - Returns: with the limit that holds from now on, if it did not before.
    mutating func verdict(sessions: Int, calls: [Int]) -> (Verdict, Change?) {
        let limit = limits.sessions.flatMap { sessions >= $0 ? LoadLimit.sessions : nil }
            ?? machineLimit(newCalls: newCalls(calls).reduce(0, +))
        let best = leastBusy(calls)
        if let limit { return refuse(limit) }
        if let most = limits.workerLoad, isReached(.cpu, best.load, most) { return refuse(.cpu) }
        return (.admitted(worker: best.worker), nil)
    }

    private mutating func refuse(_ limit: LoadLimit) -> (Verdict, Change?) {
        let isNew = refusing.insert(limit).inserted
        return (.refused(limit), isNew ? Change(limit: limit, isRefusing: true) : nil)
    }

    /// The order is rtpengine's.
    private func machineLimit(newCalls: Int) -> LoadLimit? {
        let settled = settledCalls.reduce(0, +)
        // The sample has seen about half of what came between it and the one before.
        let seen = (settled + figures.workers.reduce(0) { $0 + $1.calls }) / 2
        let growth = settled >= Self.meaningfulCalls ? 1 + Double(newCalls) / Double(max(seen, 1)) : 1
        if let most = limits.load, isReached(.load, figures.load, most) { return .load }
        if let most = limits.cpu, isReached(.cpu, figures.cpu * growth, most) { return .cpu }
        if let most = limits.bandwidth, isReached(.bandwidth, figures.bandwidth * growth, most) { return .bandwidth }
        return nil
    }

    private func isReached(_ limit: LoadLimit, _ value: Double, _ most: Double) -> Bool { value >= most || refusing.contains(limit) }

    private func hasCeased(_ limit: LoadLimit, _ sessions: Int) -> Bool {
        let factor = 1 - Self.hysteresis
        func isBelow(_ value: Double, _ most: Double?) -> Bool { most.map { value < $0 * factor } ?? true }
        return switch limit {
        case .sessions: limits.sessions.map { sessions < $0 } ?? true
        case .load: isBelow(figures.load, limits.load)
        case .bandwidth: isBelow(figures.bandwidth, limits.bandwidth)
        case .cpu:
            isBelow(figures.cpu, limits.cpu) && isBelow(leastBusy(figures.workers.map(\.calls)).load, limits.workerLoad)
        }
    }

    // MARK: Workers

    private func newCalls(_ calls: [Int]) -> [Int] {
        calls.indices.map { max(0, calls[$0] - (settledCalls.indices.contains($0) ? settledCalls[$0] : 0)) }
    }

    /// The worker with the lowest estimated load; of equals the one with the fewest calls.
    private func leastBusy(_ calls: [Int]) -> (worker: Int, load: Double) {
        let new = newCalls(calls)
        let loads = calls.indices.map { worker in
            let measured = figures.workers.indices.contains(worker) ? figures.workers[worker].load : 0
            return measured + Double(new[worker]) * cost(worker)
        }
        let best = calls.indices.min { (Self.step(loads[$0]), calls[$0]) < (Self.step(loads[$1]), calls[$1]) } ?? 0
        return (best, loads.indices.contains(best) ? loads[best] : 0)
    }

    private static func step(_ load: Double) -> Int { Int((min(max(load, 0), 100) / resolution).rounded()) }

    /// What one more call is going to cost the worker.
    private func cost(_ worker: Int) -> Double {
        guard settledCalls.indices.contains(worker), settledCalls[worker] >= Self.meaningfulCalls else { return Self.minimumCost }
        // Calls that the load has in part would make the settled ones look dear, and ones that hung up meanwhile cheap.
        let load = figures.workers[worker].load
        let all = load / Double(max(figures.workers[worker].calls, settledCalls[worker]))
        let settled = min(settledLoads[worker], load) / Double(settledCalls[worker])
        return max(Self.minimumCost, all, settled)
    }
}
