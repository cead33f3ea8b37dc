import Testing

/// What the documents name must be there.
@Suite struct DocumentTests {
    static let paths = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        + Repository.files(under: "proto", ending: [".md"]) + Repository.files(under: "deploy", ending: [".md"])
        + Repository.files(under: "perf", ending: [".md"])
    static let documents = paths.map { Markdown(path: $0, text: Repository.text($0)) }

    @Test func theyAreThere() {
        let others = ["LICENSE"] + ["ng", "ng-flags", "options", "whatsapp", "sdp", "standards", "glossary"].map { "proto/\($0).md" }
        for path in Self.paths + others {
            #expect(!Repository.text(path).isEmpty, "\(path)")
        }
    }

    @Test func namedFilesExist() {
        let files = Repository.sources + Repository.perf + Repository.tests
        let others = Self.paths + Repository.shims
        let names = Set((files.map(\.path) + others).compactMap { $0.split(separator: "/").last.map(String.init) })
        let missing = Self.documents.flatMap { $0.missingFiles(names: names, exists: Repository.exists) }
        #expect(missing.isEmpty, "\(missing.report)")
    }

    @Test func namedTargetsExist() {
        let makefile = Repository.text("Makefile")
        let missing = Self.documents.flatMap { $0.missingTargets(makefile: makefile) }
        #expect(missing.isEmpty, "\(missing.report)")
    }

    @Test func namedOptionsExist() {
        let known = DaemonOptions.names(in: Repository.text(DaemonOptions.table))
        let harness = Repository.text("perf/harness/cli.py") + Repository.text("perf/run")
        #expect(known.isSuperset(of: ["listen-ng", "interface", "num-threads"]))
        let missing = Self.documents.flatMap { document in
            document.daemonOptions.filter { option in
                if document.path.hasPrefix("perf/"), ["--\(option.name)", "\"\(option.name)\""].contains(where: harness.contains) { return false }
                return !known.contains(option.name)
            }.map {
                Finding(path: document.path, line: $0.line, what: "--\($0.name)")
            }
        }
        #expect(missing.isEmpty, "\(missing.report)")
    }
}
