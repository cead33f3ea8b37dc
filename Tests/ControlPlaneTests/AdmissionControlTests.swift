@testable import ControlPlane
import NGProtocol
import Testing

/// Figures in, verdict out.
@Suite struct AdmissionControlTests {
    private func control(_ adjust: (inout AdmissionLimits) -> Void = { _ in }) -> AdmissionControl {
        var limits = AdmissionLimits()
        adjust(&limits)
        return AdmissionControl(limits)
    }

    private func workers(_ loads: (Double, Int)...) -> AdmissionControl.Figures {
        var figures = AdmissionControl.Figures()
        figures.workers = loads.map { AdmissionControl.WorkerFigures(load: $0.0, calls: $0.1) }
        return figures
    }

    /// A verdict on its own: what mutates cannot stand inside an expectation with a member behind it.
    private func verdict(_ control: inout AdmissionControl, _ calls: Int...) -> AdmissionControl.Verdict {
        control.verdict(sessions: calls.reduce(0, +), calls: calls).0
    }

    /// The same figures twice: by then the calls in them have been there for the whole of the sample.
    private func settle(_ control: inout AdmissionControl, _ figures: AdmissionControl.Figures) {
        _ = control.update(figures, sessions: 0)
        _ = control.update(figures, sessions: 0)
    }

    @Test func withoutFiguresEveryCallIsAdmitted() {
        var control = control()
        #expect(control.verdict(sessions: 0, calls: [0]) == (.admitted(worker: 0), nil))
    }

    @Test func sessionsAreCountedExactly() {
        var control = control { $0.sessions = 2 }
        #expect(verdict(&control, 1) == .admitted(worker: 0))
        #expect(control.verdict(sessions: 2, calls: [2]) == (.refused(.sessions), .init(limit: .sessions, isRefusing: true)))
        #expect(control.verdict(sessions: 2, calls: [2]) == (.refused(.sessions), nil))
        #expect(verdict(&control, 1) == .admitted(worker: 0))
        var none = self.control { $0.sessions = 0 }
        #expect(verdict(&none, 0) == .refused(.sessions))
    }

    @Test(arguments: [
        (LoadLimit.load, 3.9, 4.0), (.cpu, 0.79, 0.8), (.bandwidth, 9e6, 1e7),
    ])
    func theMachinesLimits(_ limit: LoadLimit, _ below: Double, _ at: Double) {
        var control = control { limits in
            limits.load = 4
            limits.cpu = 0.8
            limits.bandwidth = 1e7
        }
        func figures(_ value: Double) -> AdmissionControl.Figures {
            var figures = workers((0.1, 0))
            switch limit {
            case .load: figures.load = value
            case .cpu: figures.cpu = value
            default: figures.bandwidth = value
            }
            return figures
        }
        settle(&control, figures(below))
        #expect(verdict(&control, 0) == .admitted(worker: 0))
        settle(&control, figures(at))
        #expect(control.verdict(sessions: 0, calls: [0]) == (.refused(limit), .init(limit: limit, isRefusing: true)))
    }

    @Test func aLimitThatIsOffRefusesNobody() {
        var control = control { $0.workerLoad = nil }
        var figures = workers((1, 500))
        (figures.cpu, figures.load, figures.bandwidth) = (1, 100, 1e12)
        settle(&control, figures)
        #expect(verdict(&control, 500) == .admitted(worker: 0))
    }

    @Test func everyWorkerMustBeBusy() {
        var control = control()
        settle(&control, workers((0.95, 100), (0.5, 100)))
        #expect(verdict(&control, 100, 100) == .admitted(worker: 1))
        settle(&control, workers((0.95, 100), (0.93, 100)))
        #expect(control.verdict(sessions: 200, calls: [100, 100]) == (.refused(.cpu), .init(limit: .cpu, isRefusing: true)))
    }

    /// Not the number of calls but their load decides; the number does among equals.
    @Test func theLeastBusyWorkerGetsTheCall() {
        var control = control()
        settle(&control, workers((0.6, 10), (0.2, 50), (0.4, 1)))
        #expect(verdict(&control, 10, 50, 1) == .admitted(worker: 1))
        settle(&control, workers((0.302, 30), (0.298, 31), (0.3, 29)))
        #expect(verdict(&control, 30, 31, 29) == .admitted(worker: 2))
    }

    /// Once refusing, 1 % of relief is not enough.
    @Test func refusingEndsWellBelowTheLimit() {
        var control = control()
        settle(&control, workers((0.93, 100)))
        _ = control.verdict(sessions: 100, calls: [100])
        #expect(control.update(workers((0.91, 99)), sessions: 99) == [])
        #expect(control.verdict(sessions: 99, calls: [99]) == (.refused(.cpu), nil))
        _ = control.update(workers((0.87, 95)), sessions: 95)
        #expect(control.update(workers((0.87, 95)), sessions: 95) == [])
        #expect(verdict(&control, 95) == .admitted(worker: 0))
        // Without the refusal before, the same figures admit.
        var fresh = self.control()
        settle(&fresh, workers((0.91, 99)))
        #expect(verdict(&fresh, 99) == .admitted(worker: 0))
    }

    @Test func theEndIsReportedOnce() {
        var control = control()
        settle(&control, workers((0.93, 100)))
        _ = control.verdict(sessions: 100, calls: [100])
        #expect(control.update(workers((0.5, 50)), sessions: 50) == [.init(limit: .cpu, isRefusing: false)])
        #expect(control.update(workers((0.5, 50)), sessions: 50) == [])
    }

    /// 100 calls cost 60 %: 53 more fit below 92 %, however fast they come.
    @Test func aBurstBetweenTwoSamplesDoesNotOvershoot() {
        var control = control()
        settle(&control, workers((0.6, 100)))
        var calls = 100
        while case .admitted = verdict(&control, calls), calls < 1_000 { calls += 1 }
        #expect(calls == 154)
    }

    /// The burst is not in the first sample behind it, or in part; only in the next.
    @Test func callsCountUntilASampleHasSeenThem() {
        var control = control()
        settle(&control, workers((0.6, 100)))
        _ = control.update(workers((0.6, 150)), sessions: 150)
        #expect(verdict(&control, 150) == .admitted(worker: 0))
        #expect(verdict(&control, 154) == .refused(.cpu))
    }

    @Test func callsThatEndedMakeRoomAtOnce() {
        var control = control()
        settle(&control, workers((0.6, 100)))
        for _ in 0..<5_000 { #expect(verdict(&control, 101) == .admitted(worker: 0)) }
    }

    /// Nothing is known of a call's cost yet: as many as relayed calls would fit.
    @Test func anIdleWorkerTakesABurst() {
        var control = control()
        settle(&control, workers((0, 0)))
        var calls = 0
        while case .admitted = verdict(&control, calls), calls < 10_000 { calls += 1 }
        #expect((4_600...4_601).contains(calls))
    }

    @Test func aBurstIsSpreadOverTheWorkers() {
        var control = control()
        settle(&control, workers((0.2, 100), (0.2, 100)))
        var calls = [100, 100]
        for _ in 0..<100 {
            guard case .admitted(let worker) = control.verdict(sessions: calls.reduce(0, +), calls: calls).0 else { continue }
            calls[worker] += 1
        }
        #expect(calls == [150, 150])
    }

    @Test func processorTimes() throws {
        let first = try #require(ProcessorTimes(statistics: "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4\n"))
        #expect(first == ProcessorTimes(statistics: "cpu 100 0 100 700 100 0 0 0"))
        let second = try #require(ProcessorTimes(statistics: "cpu  140 0 120 730 110 0 0 0 90 0"))
        #expect(abs(second.use(since: first) - 0.6) < 1e-9)
        #expect(first.use(since: second) == 0 && first.use(since: first) == 0)
        #expect(ProcessorTimes(statistics: "") == nil && ProcessorTimes(statistics: "cpu 1 2") == nil)
    }
}
