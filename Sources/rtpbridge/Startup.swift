import ControlPlane

/// What the command line asks for.
enum Startup {
    case run(Settings)
    /// Print this on stdout and exit.
    case print(String)

    /// - Parameter arguments: without the program's name.
    static func read(_ arguments: [String]) throws(StartError) -> Startup {
        let given = try Arguments(arguments)
        if given.has("help") { return .print(OptionHelp.text) }
        if given.has("version") { return .print("Version: rtpbridge \(DaemonVersion.current)") }
        if given.has("codecs") { return .print(codecs.map { "\($0): fully supported" }.joined(separator: "\n")) }
        return .run(try settings(given))
    }

    /// The command line over the file.
    static func settings(_ given: Arguments) throws(StartError) -> Settings {
        try Settings(given, try ConfigFile.load(path: given.value("config-file")))
    }

    private static let codecs = ["opus", "G722", "PCMU", "PCMA", "L16", "CN", "telephone-event"]
}
