import ArgumentParser
import ControlPlane

/// When new calls are refused. Calls that there are go on.
struct LimitOptions: ParsableArguments {
    @Option(help: "Refuse new calls beyond this many; -1 is no limit.")
    var maxSessions = -1
    @Option(help: ArgumentHelp("Refuse new calls from this load average of a minute on; 0 is no limit.", valueName: "load"))
    var maxLoad = 0.0
    @Option(help: ArgumentHelp("Refuse new calls while the machine's processors are busier; 0 is no limit.", valueName: "percent"))
    var maxCpu = 0.0
    @Option(help: ArgumentHelp("Refuse new calls while media comes faster; 0 is no limit.", valueName: "bytes per second"))
    var maxBandwidth = 0
    @Option(help: ArgumentHelp("Refuse new calls while every media thread is busier; 0 is no limit.", valueName: "percent"))
    var maxWorkerLoad = 92.0

    func validate() throws {
        guard maxSessions >= -1 else { throw ValidationError("max-sessions is -1 or more, not \(maxSessions)") }
        guard maxLoad >= 0, maxLoad.isFinite else { throw ValidationError("max-load is 0 or more, not \(maxLoad)") }
        guard maxBandwidth >= 0 else { throw ValidationError("max-bandwidth is 0 or more, not \(maxBandwidth)") }
        for (name, percent) in [("max-cpu", maxCpu), ("max-worker-load", maxWorkerLoad)] {
            guard (0...100).contains(percent) else { throw ValidationError("\(name) is from 0 to 100, not \(percent)") }
        }
    }

    var limits: AdmissionLimits {
        var limits = AdmissionLimits()
        limits.sessions = maxSessions < 0 ? nil : maxSessions
        limits.load = maxLoad > 0 ? maxLoad : nil
        limits.cpu = maxCpu > 0 ? maxCpu / 100 : nil
        limits.bandwidth = maxBandwidth > 0 ? Double(maxBandwidth) : nil
        limits.workerLoad = maxWorkerLoad > 0 ? maxWorkerLoad / 100 : nil
        return limits
    }
}
