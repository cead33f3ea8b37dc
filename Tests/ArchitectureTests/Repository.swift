import Foundation

/// The checkout that these tests are part of, found from the place of this file.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file under Sources, read and taken apart once.
    static let sources = files(under: "Sources", ending: [".swift"]).map { SwiftFile(path: $0, text: text($0)) }
    /// The load generator and the benches.
    static let perf = files(under: "perf", ending: [".swift"]).map { SwiftFile(path: $0, text: text($0)) }
    static let tests = files(under: "Tests", ending: [".swift"]).map { SwiftFile(path: $0, text: text($0)) }
    static let shims = files(under: "Sources", ending: [".c", ".h"])

    /// Paths from the root, sorted.
    static func files(under folder: String, ending: [String]) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
        let paths = found?.compactMap { $0 as? String } ?? []
        return paths.filter { path in ending.contains { path.hasSuffix($0) } }.map { "\(folder)/\($0)" }.sorted()
    }

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path) }
}

/// What is wrong, and where.
struct Finding: CustomStringConvertible, Equatable {
    var path: String
    var line: Int
    var what: String

    var description: String { "\(path):\(line): \(what)" }
}

extension [Finding] {
    /// One to a line, for the message of a failed expectation.
    var report: String { map { "\n  \($0)" }.joined() }
}
