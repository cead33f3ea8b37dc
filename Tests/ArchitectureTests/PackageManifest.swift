/// What Package.swift says of the targets, read line by line: each target stands on one.
struct PackageManifest {
    /// Targets of ours that each target names as its dependencies.
    private(set) var dependencies: [String: Set<String>] = [:]
    private(set) var shims: Set<String> = []
    /// The packages that are fetched, by the last part of their address.
    private(set) var urls: Set<String> = []

    init(_ text: String) {
        for line in text.split(separator: "\n").map({ String($0.drop { $0 == " " }) }) {
            let quoted = Self.quoted(line)
            if line.hasPrefix("shim("), let name = quoted.first {
                shims.insert(name)
            } else if line.hasPrefix("module(") || line.hasPrefix(".executableTarget("), let name = quoted.first {
                dependencies[name] = Set(Self.quoted(Self.list(line)))
            } else if line.hasPrefix(".package("), let url = quoted.first, let last = url.split(separator: "/").last {
                urls.insert(String(last))
            }
        }
    }

    private static func quoted(_ line: String) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// What stands between the first pair of brackets.
    private static func list(_ line: String) -> String {
        guard let open = line.firstIndex(of: "["), let close = line[open...].firstIndex(of: "]") else { return "" }
        return String(line[open...close])
    }
}
