/// The walls that the compiler does not see, as functions from a file to what is wrong in it.
enum WallChecks {
    /// Imports that the layer table does not grant.
    static func imports(_ file: SwiftFile) -> [Finding] {
        guard let module = Layers.modules[file.module] else { return [file.finding("\(file.module) is not in the layer table", at: 1)] }
        return file.imports.compactMap { entry in
            if module.imports.contains(entry.module) || module.outside.contains(entry.module) || entry.module == "Swift" { return nil }
            return file.finding("\(file.module) may not import \(entry.module)", at: entry.line)
        }
    }

    /// A shim in a module's interface would hand its library on to everybody above.
    static func leakedShims(_ file: SwiftFile) -> [Finding] {
        let leaks = file.imports.filter { $0.isPublic && Layers.shims.contains($0.module) }.map { entry in
            file.finding("\(entry.module) is imported publicly", at: entry.line)
        }
        return leaks + file.words(["_exported"]).map { file.finding("@_exported", at: $0.line) }
    }

    /// Words that stand for threads, locks, clocks, system randomness, the log and the environment.
    static func impurities(_ file: SwiftFile) -> [Finding] {
        let words = file.words(impureWords).map { file.finding($0.text, at: $0.line) }
        return words + ownRandomness(file)
    }

    private static let impureWords: Set<String> = [
        "async", "await", "actor", "Task", "MainActor", "Mutex", "Atomic", "NSLock", "DispatchQueue", "Thread",
        "Date", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday", "usleep", "nanosleep",
        "SystemRandomNumberGenerator", "arc4random", "getrandom", "print", "debugPrint", "Logger", "getenv", "ProcessInfo",
    ]

    /// `random(in:)`, `shuffled()` and `randomElement()` without `using:` draw from the system.
    private static func ownRandomness(_ file: SwiftFile) -> [Finding] {
        let drawing: Set<String> = ["random", "shuffled", "shuffle", "randomElement"]
        return file.tokens.indices.compactMap { index in
            let token = file.tokens[index]
            guard drawing.contains(token.text), file.isMember(index), index + 1 < file.tokens.count,
                  file.tokens[index + 1].text == "(" else { return nil }
            var depth = 0
            for next in file.tokens[(index + 1)...] {
                if next.text == "(" { depth += 1 }
                if next.text == ")" { depth -= 1 }
                if next.text == "using" { return nil }
                if depth == 0 { break }
            }
            return file.finding(".\(token.text) draws system randomness", at: token.line)
        }
    }

    /// Whatever ends the process on a value that it did not expect.
    static func traps(_ file: SwiftFile) -> [Finding] {
        let calls: Set<String> = ["fatalError", "preconditionFailure", "precondition", "unsafelyUnwrapped", "abort", "exit"]
        return file.words(calls).map { file.finding($0.text, at: $0.line) } + exclamations(file)
    }

    /// `try!`, `as!`, `value!` and the type `T!`.
    private static func exclamations(_ file: SwiftFile) -> [Finding] {
        file.tokens.indices.compactMap { index in
            let token = file.tokens[index]
            guard token.text == "!", token.isAttached, index > 0 else { return nil }
            let before = file.tokens[index - 1]
            guard before.isWord || [")", "]", "\"\"", "?", ">"].contains(before.text) else { return nil }
            // `a!=b`
            if index + 1 < file.tokens.count, file.tokens[index + 1].text == "=", file.tokens[index + 1].isAttached { return nil }
            return file.finding("\(before.text)!", at: token.line)
        }
    }

    /// Clock readings and randomness in C: by name, as calls.
    static func impurities(ofC text: String, path: String) -> [Finding] {
        let names: Set<String> = [
            "gettimeofday", "clock_gettime", "time", "X509_gmtime_adj", "RAND_bytes", "getrandom", "rand", "random",
            "getenv", "printf", "abort", "exit",
        ]
        let tokens = Lexer.tokens(of: text)
        return tokens.indices.compactMap { index in
            guard names.contains(tokens[index].text), index + 1 < tokens.count, tokens[index + 1].text == "(" else { return nil }
            return Finding(path: path, line: tokens[index].line, what: tokens[index].text)
        }
    }
}

/// What a check finds and may stay, with the reason; an exemption that nothing needs any more is an error too.
struct Exemption: Sendable {
    var path: String
    var what: String
    var reason: String

    static func filter(_ findings: [Finding], _ exemptions: [Exemption]) -> (left: [Finding], unused: [Exemption]) {
        let left = findings.filter { finding in !exemptions.contains { $0.path == finding.path && $0.what == finding.what } }
        let unused = exemptions.filter { exemption in !findings.contains { $0.path == exemption.path && $0.what == exemption.what } }
        return (left, unused)
    }
}
