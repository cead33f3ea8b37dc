import ArgumentParser

/// What each step of the packet path, and of an offer, costs.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rtpbridge-bench", abstract: "Time and allocations of each step.")
}
