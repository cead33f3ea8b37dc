import Foundation

/// A document, as far as it names things that may go away: paths, files, links, make targets, options.
struct Markdown: Sendable {
    let path: String
    /// What stands between backticks.
    let spans: [(text: String, line: Int)]
    /// Lines inside fences.
    let fenced: [(text: String, line: Int)]
    let links: [(text: String, line: Int)]

    init(path: String, text: String) {
        var spans: [(String, Int)] = [], fenced: [(String, Int)] = [], links: [(String, Int)] = []
        var isFenced = false
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced {
                fenced.append((line, index + 1))
            } else {
                for (place, part) in line.components(separatedBy: "`").enumerated() where place % 2 == 1 { spans.append((part, index + 1)) }
                for part in line.components(separatedBy: "](").dropFirst() {
                    if let end = part.firstIndex(of: ")") { links.append((String(part[..<end]), index + 1)) }
                }
            }
        }
        self.path = path
        self.spans = spans
        self.fenced = fenced
        self.links = links
    }

    private var folder: String { path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) + "/" : "" }

    private static let roots = ["Sources/", "Tests/", "deploy/", "proto/", "perf/", ".ci/"]

    /// Paths in backticks and files in links that are not there.
    func missingFiles(names: Set<String>, exists: (String) -> Bool) -> [Finding] {
        let fromSpans = spans.filter { span in
            let text = span.text
            if text.contains(where: { " *<>{}|".contains($0) }) { return false }
            if Self.roots.contains(where: { text.hasPrefix($0) }) { return !exists(text) }
            guard text.hasSuffix(".swift") || text.hasSuffix(".md") else { return false }
            return text.contains("/") ? !exists(text) && !exists(folder + text) : !names.contains(text)
        }
        let fromLinks = links.filter { link in
            let target = link.text.components(separatedBy: "#")[0]
            return !target.isEmpty && !target.contains("://") && !exists(folder + target)
        }
        return (fromSpans + fromLinks).map { Finding(path: path, line: $0.line, what: "\($0.text) is not there") }
    }

    /// Targets after `make` that the Makefile does not have.
    func missingTargets(makefile: String) -> [Finding] {
        let targets = Set(makefile.components(separatedBy: "\n").compactMap { line -> String? in
            guard let colon = line.firstIndex(of: ":"), line.first?.isLetter ?? false, !line.contains("=") else { return nil }
            return String(line[..<colon])
        })
        return (spans + fenced).flatMap { code -> [Finding] in
            let words = code.text.components(separatedBy: " ").filter { !$0.isEmpty }
            guard words.first == "make", words.count > 1 else { return [] }
            let named = words.dropFirst().prefix { !$0.hasPrefix("#") }.filter { !$0.contains("=") && !$0.hasPrefix("-") }
            return named.filter { !targets.contains($0) }.map { Finding(path: path, line: code.line, what: "make \($0)") }
        }
    }

    /// Long options of the daemon: inline ones, and those of fenced lines that start it or go on with it.
    var daemonOptions: [(name: String, line: Int)] {
        var options: [(String, Int)] = spans.filter { $0.text.hasPrefix("--") }.flatMap { span in
            Self.options(span.text).map { ($0, span.line) }
        }
        var isContinued = false
        for code in fenced {
            let starts = code.text.contains("rtpbridge --")
            if starts || isContinued { options += Self.options(code.text).map { ($0, code.line) } }
            isContinued = (starts || isContinued) && code.text.hasSuffix("\\")
        }
        return options
    }

    private static func options(_ text: String) -> [String] {
        text.components(separatedBy: " ").filter { $0.hasPrefix("--") && $0.count > 2 }.map { word in
            String(word.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "-" })
        }
    }
}

/// The daemon's long options, read from the document that its option table prints and a test holds to it.
enum DaemonOptions {
    static let table = "proto/options.md"

    /// Those of every status, as a document may name an option in order to say that it does nothing: what stands in backticks
    /// in the first column, but for letters.
    static func names(in table: String) -> Set<String> {
        let cells = table.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }.compactMap { $0.components(separatedBy: " | ").first }
        let words = cells.flatMap { $0.components(separatedBy: "`") }
        return Set(words.filter { word in
            word.count > 2 && word.first?.isLowercase == true && word.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
        })
    }
}
