import Testing

/// Sizes: hard limits, and a line that says how near the code is to them.
@Suite struct SizeTests {
    static let fileLimit = 600
    static let functionLimit = 60
    /// What is aimed at.
    static let fileGoal = 400
    static let functionGoal = 40

    @Test func filesAreShort() {
        let swift = (Repository.sources + Repository.perf + Repository.tests).map { (path: $0.path, lines: $0.lineCount) }
        let shims = Repository.shims.map { path in
            (path: path, lines: Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1)
        }
        let long = (swift + shims).filter { $0.lines > Self.fileLimit }.map { Finding(path: $0.path, line: $0.lines, what: "too long") }
        #expect(long.isEmpty, "\(long.report)")
        let overGoal = (swift + shims).filter { $0.lines > Self.fileGoal }
        print("files: \(swift.count + shims.count), over \(Self.fileGoal) lines: \(overGoal.map { "\($0.path) \($0.lines)" })")
    }

    @Test func functionsAreShort() {
        let swift = (Repository.sources + Repository.perf + Repository.tests).flatMap { file in file.bodies.map { (file.path, $0) } }
        let shims = Repository.shims.flatMap { path in CFunctions.bodies(Repository.text(path)).map { (path, $0) } }
        let all = swift + shims
        #expect(all.count > 1000)
        let long = all.filter { $0.1.length > Self.functionLimit }.map {
            Finding(path: $0.0, line: $0.1.line, what: "\($0.1.name): \($0.1.length) lines")
        }
        #expect(long.isEmpty, "\(long.report)")
        let ours = all.filter { $0.0.hasPrefix("Sources/") }
        let overGoal = ours.filter { $0.1.length > Self.functionGoal }
        let share = Double(overGoal.count * 10_000 / max(1, ours.count)) / 100
        print("bodies in Sources: \(ours.count), over \(Self.functionGoal) lines: \(overGoal.count) (\(share) %)")
        for (path, body) in overGoal { print("  \(path):\(body.line) \(body.name): \(body.length)") }
    }

    /// 140 columns are aimed at; this is the limit of what may slip through.
    @Test func linesAreNotWide() {
        let wide = (Repository.sources + Repository.perf).flatMap { file in
            file.lines.enumerated().filter { $0.element.count > 160 }.map { file.finding("\($0.element.count) columns", at: $0.offset + 1) }
        }
        #expect(wide.isEmpty, "\(wide.report)")
    }
}

/// C functions by their layout: a definition begins in the first column and ends with a brace there.
enum CFunctions {
    static func bodies(_ text: String) -> [FunctionBody] {
        var bodies: [FunctionBody] = []
        var start: (line: Int, name: String)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = start {
                if line == "}" {
                    bodies.append(FunctionBody(name: open.name, line: open.line, length: index + 2 - open.line))
                    start = nil
                } else if line.hasSuffix(";"), line.first != " " {
                    start = nil
                }
            } else if let first = line.first, first.isLetter, line.contains("("), !line.hasSuffix(";"), !line.hasSuffix("}") {
                let name = line[..<(line.firstIndex(of: "(") ?? line.endIndex)].split(separator: " ").last ?? ""
                start = (index + 1, String(name.drop { $0 == "*" }))
            }
        }
        return bodies
    }
}
