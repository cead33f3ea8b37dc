import Testing

/// Doc comments of what other modules see.
@Suite struct CommentTests {
    /// Names and types say enough of many, so no single one needs a comment; the numbers are there to be watched.
    @Test func mostPublicDeclarationsAreDescribed() {
        let all = Repository.sources.flatMap(PublicDeclaration.list)
        let described = all.filter(\.isDescribed).count
        print("public declarations: \(all.count), with a doc comment: \(described) (\(described * 100 / max(1, all.count)) %)")
        #expect(described * 2 > all.count)
        let types = all.filter(\.isType)
        let bare = types.filter { !$0.isDescribed }
        print("public types: \(types.count), without a doc comment: \(bare.map(\.finding.description))")
        #expect(bare.count * 3 < types.count)
    }

    @Test func nothingIsLeftForLater() {
        let findings = (Repository.sources + Repository.tests).filter { !$0.path.hasPrefix("Tests/ArchitectureTests/") }
            .flatMap(PublicDeclaration.leftovers)
        #expect(findings.isEmpty, "\(findings.report)")
    }
}

struct PublicDeclaration {
    var finding: Finding
    var isType: Bool
    var isDescribed: Bool

    /// Declarations that are `public` or `open` themselves, and members of public extensions are not looked for.
    static func list(_ file: SwiftFile) -> [PublicDeclaration] {
        file.lines.indices.compactMap { index in
            var words = file.lines[index].split(separator: " ").filter { !$0.hasPrefix("@") }[...]
            guard words.first == "public" else { return nil }
            words = words.dropFirst()
            let modifiers: Set<Substring> = [
                "final", "static", "indirect", "mutating", "internal(set)", "private(set)", "nonisolated", "override",
            ]
            while let first = words.first, modifiers.contains(first) { words = words.dropFirst() }
            guard let kind = words.first, kind != "import" else { return nil }
            let isType = ["struct", "class", "enum", "protocol", "actor"].contains(kind)
            return PublicDeclaration(
                finding: file.finding(words.prefix(2).joined(separator: " "), at: index + 1), isType: isType,
                isDescribed: isDescribed(file, before: index, isType: isType))
        }
    }

    /// A doc comment stands above it, attributes and neighbours on one subject between them: a run of properties shares one.
    private static func isDescribed(_ file: SwiftFile, before index: Int, isType: Bool) -> Bool {
        var place = index - 1
        while place >= 0 {
            let line = file.lines[place].drop { $0 == " " }
            if line.hasPrefix("///") { return true }
            guard line.hasPrefix("@") else { return false }
            place -= 1
        }
        return false
    }

    private static let forbidden = ["TODO", "FIXME", "XXX:", "HACK"]

    static func leftovers(_ file: SwiftFile) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            forbidden.filter { line.contains($0) }.map { file.finding($0, at: index + 1) }
        }
    }
}
