import Logging
import MediaCore
import MediaIO
import NGProtocol
import Wire

/// Samples the load, asks `AdmissionControl`, and writes a line when refusing begins and ends, and when a worker begins to spare.
@ControlActor
final class LoadWatch {
    private let engine: MediaEngine
    private let logger: Logger
    private var admission: AdmissionControl
    private var sampler: LoadSampler
    private var thrift: [EncodingThrift] = []
    private let statistics: Statistics
    private(set) var nextSample: MonotonicInstant

    init(_ limits: AdmissionLimits, engine: MediaEngine, statistics: Statistics = Statistics(), logger: Logger, at now: MonotonicInstant) {
        self.engine = engine
        self.logger = logger
        self.statistics = statistics
        admission = AdmissionControl(limits)
        sampler = LoadSampler(limits)
        nextSample = now
    }

    func sample(sessions: Int, at now: MonotonicInstant) {
        guard now >= nextSample else { return }
        nextSample = now + LoadSampler.interval
        let workers = engine.statistics
        statistics.sample(workers, at: now)
        for change in admission.update(sampler.sample(workers, at: now), sessions: sessions) { log(change) }
        log(workers.map(\.thrift))
    }

    /// New ones hold from the next call on.
    var limits: AdmissionLimits {
        get { admission.limits }
        set {
            admission.limits = newValue
            sampler.limits = newValue
        }
    }

    /// Where a new call shall live, or why there is no room for it.
    func verdict(sessions: Int) -> AdmissionControl.Verdict {
        let (verdict, change) = admission.verdict(sessions: sessions, calls: engine.callCounts)
        if let change { log(change) }
        return verdict
    }

    private func log(_ change: AdmissionControl.Change) {
        if change.isRefusing {
            logger.warning("refusing new calls: \(change.limit.rawValue)")
        } else {
            logger.notice("admitting new calls again: was \(change.limit.rawValue)")
        }
    }

    private func log(_ new: [EncodingThrift]) {
        if thrift.count != new.count { thrift = Array(repeating: .none, count: new.count) }
        for (worker, (old, new)) in zip(thrift, new).enumerated() where (old == .none) != (new == .none) {
            if new == .none {
                logger.notice("worker \(worker) encodes at full quality again")
            } else {
                logger.warning("worker \(worker) is busy: it encodes more sparingly, with less quality")
            }
        }
        thrift = new
    }
}
