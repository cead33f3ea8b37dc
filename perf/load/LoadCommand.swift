import ArgumentParser
import Glibc

/// Plays the calls of a profile against an ng daemon and prints what it measured as JSON.
@main
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge-load", abstract: "Calls for any ng daemon, measured.", subcommands: [Run.self, SetUp.self])

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sets calls up, plays media both ways, measures, deletes.")

        @OptionGroup var load: LoadOptions
        @OptionGroup var network: NetworkOptions
        @Option(help: "How long to measure [s].") var seconds: Double
        @Option(help: "How long to play before that [s].") var warmUp = 3.0
        @Option(help: "Record both directions of so many calls.") var record = 0
        @Option(help: "Where the recordings go.") var recordDir = "."
        @Option(help: "Play on for so long before the calls are deleted [s].") var keepUntilDelete = 0.0
        @Option(help: "About how many delays to take; all without.") var targetDelaySamples: Int?
        @Option(help: "Further calls a second that come and go while the others are measured.") var backgroundSetUps = 0.0
        @Option(parsing: .upToNextOption, help: "When to look at the daemon's memory after the last delete [s].")
        var memoryAfter: [Double] = [1]

        func run() throws {
            var plan = LoadPlan(
                seconds: max(0.1, seconds), warmUp: max(0.2, warmUp), backgroundSetUps: backgroundSetUps, keepUntilDelete: keepUntilDelete,
                recordings: record, recordDirectory: recordDir, delaySamples: targetDelaySamples)
            plan.memoryMoments = memoryAfter.isEmpty ? [1] : memoryAfter
            try LoadCommand.carryOut(plan, load, network.network)
        }
    }

    struct SetUp: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-up", abstract: "Sets calls up until both ends hear something, then deletes them.")

        @OptionGroup var load: LoadOptions
        @Option(help: "The same as --set-up-window.") var window: Int?
        @Option(help: "New calls a second; as many as the window lets through without.") var rate: Double?
        @Flag(help: "Delete each call as soon as it is up.") var deleteAtOnce = false

        func run() throws {
            var load = load
            if let window { load.setUpWindow = max(1, window) }
            try LoadCommand.carryOut(LoadPlan(seconds: 0, warmUp: 0, rate: rate, deletesAtOnce: deleteAtOnce), load, Network())
        }
    }

    /// Prints the result and ends the process with 2 where there is none.
    private static func carryOut(_ plan: LoadPlan, _ load: LoadOptions, _ network: Network) throws {
        for number in [SIGINT, SIGTERM] { signal(number) { _ in stopRequested = 1 } }
        do throws(LoadError) {
            let run = LoadRun(world: try LoadWorld(options: load, network: network), plan: plan)
            try run.carryOut()
            print(LoadResult(run: run).json.description)
        } catch {
            print(JSONText.object([("error", .text("\(error)"))]).description)
            throw ExitCode(2)
        }
    }
}
