import ArgumentParser

/// What each step of the packet path, and of an offer, costs.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge-bench", abstract: "Time and allocations of each step.",
        subcommands: [RunCommand.self, CheckCommand.self, FloorCommand.self], defaultSubcommand: RunCommand.self)
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Runs the benches and prints what they cost.")

    @Option(help: "Only benches whose name contains this.") var filter = ""
    @Flag(help: "A JSON array instead of a table.") var json = false

    func run() throws {
        var results: [BenchResult] = []
        if !json { print(BenchResult.heading) }
        for bench in Bench.all where filter.isEmpty || bench.name.contains(filter) {
            let result = try bench.measure()
            if !json { print(result.row) }
            results.append(result)
        }
        if json { print(try JSONText.of(results)) }
    }
}
