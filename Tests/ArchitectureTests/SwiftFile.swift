/// One file of Swift: its lines, its tokens, and what they declare.
struct SwiftFile: Sendable {
    /// From the root of the repository.
    let path: String
    let lines: [Substring]
    let tokens: [Token]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        tokens = Lexer.tokens(of: text)
    }

    /// A line end at the end of the file begins no line.
    var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }

    /// The target that a file under Sources belongs to.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    func finding(_ what: String, at line: Int) -> Finding { Finding(path: path, line: line, what: what) }

    struct Import: Equatable {
        var module: String
        /// Its names are part of our own interface.
        var isPublic: Bool
        var line: Int
    }

    /// `import X`, `public import X`, `import struct X.Y`.
    var imports: [Import] {
        tokens.indices.compactMap { index in
            guard tokens[index].text == "import", index + 1 < tokens.count, !isMember(index) else { return nil }
            let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            let name = kinds.contains(tokens[index + 1].text) && index + 2 < tokens.count ? tokens[index + 2] : tokens[index + 1]
            return Import(module: name.text, isPublic: index > 0 && tokens[index - 1].text == "public", line: tokens[index].line)
        }
    }

    /// A name after a dot.
    func isMember(_ index: Int) -> Bool { index > 0 && tokens[index - 1].text == "." }

    /// The places where one of the words stands as code.
    func words(_ words: Set<String>) -> [Token] { tokens.filter { words.contains($0.text) } }
}

/// A declaration with a body: a function, an initialiser, a subscript or a computed property.
struct FunctionBody: Equatable {
    var name: String
    var line: Int
    /// From the line of its keyword to the one of its closing brace.
    var length: Int
}

extension SwiftFile {
    var bodies: [FunctionBody] {
        tokens.indices.compactMap { index in
            guard let kind = FunctionKind(rawValue: tokens[index].text), !isMember(index), let open = bodyStart(kind, after: index),
                  let close = closingBrace(of: open) else { return nil }
            let isNamed = kind == .function || kind == .property
            let name = isNamed ? tokens[index + 1].text : kind.rawValue
            return FunctionBody(name: name, line: tokens[index].line, length: tokens[close].line - tokens[index].line + 1)
        }
    }

    private enum FunctionKind: String {
        case function = "func", initialiser = "init", deinitialiser = "deinit", `subscript`, property = "var"
    }

    /// Words that begin another declaration: what came before them had no body.
    private static let declarations: Set<String> = [
        "func", "var", "let", "case", "init", "subscript", "struct", "class", "enum", "extension", "protocol", "import", "typealias",
        "static", "public", "private", "internal", "fileprivate", "mutating", "associatedtype", "}", ";",
    ]

    private func bodyStart(_ kind: FunctionKind, after index: Int) -> Int? {
        var depth = 0
        for place in (index + 1)..<max(tokens.count, index + 1) {
            let token = tokens[place]
            if kind == .property, token.line != tokens[index].line { return nil }
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return place
            case "=" where depth == 0 && kind == .property: return nil
            case let text where depth == 0 && Self.declarations.contains(text) && place > index + 1: return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    private func closingBrace(of open: Int) -> Int? {
        var depth = 0
        for place in open..<tokens.count {
            if tokens[place].text == "{" { depth += 1 }
            if tokens[place].text == "}" { depth -= 1 }
            if depth == 0 { return place }
        }
        return nil
    }
}
