import ArgumentParser

extension DaemonOptions {
    /// What the command line asks for.
    enum Outcome {
        case run(DaemonOptions, warnings: [String])
        /// Print this on stdout and exit.
        case print(String)
    }

    /// - Parameter arguments: without the program's name.
    static func read(_ arguments: [String]) throws(StartError) -> Outcome {
        let given = Setting.read(arguments: arguments)
        // By itself first: what is wrong in the merged settings is then the file's fault.
        let alone: DaemonOptions
        switch try parse(given) {
        case .run(let options, _): alone = options
        case .print(let text): return .print(text)
        }
        if alone.process.version { return .print("rtpbridge \(DaemonVersion.current)") }
        if alone.process.codecs { return .print("opus/48000/2\nPCMU/8000\nPCMA/8000\ntelephone-event") }
        guard let file = try ConfigFile.load(path: alone.process.configFile, section: alone.process.configSection) else {
            return .run(alone, warnings: warnings(given))
        }
        let onCommandLine = Set(given.compactMap(\.name))
        let merged = file.settings.filter { $0.name.map(onCommandLine.contains) != true } + given
        do {
            guard case .run(let options, _) = try parse(merged) else { return .run(alone, warnings: []) }
            return .run(options, warnings: file.warnings + warnings(merged))
        } catch {
            throw .usage("\(file.path): \(error)")
        }
    }

    /// Parses all that is ours to understand.
    private static func parse(_ settings: [Setting]) throws(StartError) -> Outcome {
        let ours = settings.filter { setting in setting.name.flatMap { OptionSpec.byName[$0]?.warning } == nil }
        do {
            return .run(try DaemonOptions.parse(ours.map(\.argument)), warnings: [])
        } catch {
            let isRequest = DaemonOptions.exitCode(for: error).isSuccess
            if isRequest { return .print(DaemonOptions.fullMessage(for: error)) }
            throw .usage(DaemonOptions.message(for: error).split(separator: "\n").joined(separator: " "))
        }
    }

    private static func warnings(_ settings: [Setting]) -> [String] {
        settings.reduce(into: []) { warnings, setting in
            guard let warning = setting.name.flatMap({ OptionSpec.byName[$0]?.warning }), !warnings.contains(warning) else { return }
            warnings.append(warning)
        }
    }
}
