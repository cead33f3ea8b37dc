import ArgumentParser
import Foundation

/// Holds the benches' allocations to those on record. Times are not looked at: they are the machine's.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compares allocations with thresholds; 1 if any is above its own.")

    @Option(help: "The thresholds.") var thresholds = "perf/bench/thresholds.json"
    @Flag(help: "Writes what is measured now as the thresholds.") var update = false

    func run() throws {
        let gated = Bench.all.filter(\.isGated)
        let results = try gated.map { try $0.measure(batches: 3) }
        if update {
            let limits = Dictionary(uniqueKeysWithValues: results.map { ($0.name, Threshold(reached: $0)) })
            try Data((try JSONText.of(limits) + "\n").utf8).write(to: URL(fileURLWithPath: thresholds))
            return print("\(limits.count) thresholds in \(thresholds)")
        }
        let limits = try JSONDecoder().decode([String: Threshold].self, from: Data(contentsOf: URL(fileURLWithPath: thresholds)))
        var findings = results.compactMap { $0.finding(limits[$0.name]) }
        let names = Set(results.map(\.name))
        findings += limits.keys.filter { !names.contains($0) }.sorted().map { "\($0): has a threshold, and no bench" }
        for finding in findings { print("FAIL \(finding)") }
        print("\(results.count) benches, \(findings.count) findings")
        if !findings.isEmpty { throw ExitCode.failure }
    }
}

/// The most that one operation of a bench may allocate.
struct Threshold: Codable {
    var mallocs: Int?
    /// Of heap that stays.
    var bytes: Int?

    /// What was reached: calls of malloc as they are, being the same each time; bytes with a tenth to spare, as tables grow in steps.
    init(reached result: BenchResult) {
        mallocs = result.mallocs.map { Int($0.rounded(.up)) }
        bytes = result.bytes.map { ($0 * 11 / 10 + 99) / 100 * 100 }
    }
}

private extension BenchResult {
    func finding(_ limit: Threshold?) -> String? {
        guard let limit else { return "\(name): no threshold; --update writes one" }
        if let mallocs, let most = limit.mallocs, mallocs > Double(most) {
            return "\(name): \(JSONText.short(mallocs)) allocations, at most \(most)"
        }
        if let bytes, let most = limit.bytes, bytes > most { return "\(name): \(bytes) bytes of heap, at most \(most)" }
        return nil
    }
}
