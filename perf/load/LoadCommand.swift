import ArgumentParser

/// Plays the calls of a profile against an ng daemon and prints what it measured as JSON.
@main
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rtpbridge-load", abstract: "Calls for any ng daemon, measured.")
}
