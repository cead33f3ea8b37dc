/// The keys `sdp-attr`, `sdp-media-remove` and `extmap`, and the flags in their place.
extension TextOptions {
    /// What one message may ask for; the rest is left out.
    static let maximumRules = 256

    /// The dictionary `sdp-attr`: by section, by command.
    mutating func applyAttributes(_ value: NGValue) -> [OptionEntry.Remark] {
        guard case .dictionary(let sections) = value else { return [.unknown("(not a dictionary)")] }
        return sections.entries.flatMap { section -> [OptionEntry.Remark] in
            guard let place = Self.section(section.key) else { return [.unknown(section.key)] }
            guard case .dictionary(let commands) = section.value else { return [.unknown("(not a dictionary)")] }
            return commands.entries.flatMap { apply($0.key, $0.value, to: place) }
        }
    }

    private mutating func apply(_ command: String, _ value: NGValue, to section: AttributeRules.Section) -> [OptionEntry.Remark] {
        switch command {
        case "add", "remove":
            return value.words.compactMap { word in apply(command, word, to: section).map { OptionEntry.Remark(word: word, problem: $0) } }
        case "substitute":
            guard case .list(let pairs) = value else {
                return value.words.compactMap { apply(command, $0, to: section) == nil ? nil : .unknown($0) }
            }
            return pairs.compactMap { pair in
                if let word = pair.text { return apply(command, word, to: section) == nil ? nil : .unknown(word) }
                let words = pair.words
                guard words.count == 2 else { return .unknown("(not a pair)") }
                substitute(words[0], words[1], in: section)
                return nil
            }
        default: return [.unknown(command)]
        }
    }

    /// The rest of the flag `sdp-attr-COMMAND-`: `SECTION-WORD`.
    mutating func applyFlag(_ command: String, _ text: String) -> WordProblem? {
        guard let hyphen = text.firstIndex(of: "-"), let section = Self.section(String(text[..<hyphen])) else { return .unknown }
        return apply(command, String(text[text.index(after: hyphen)...]), to: section)
    }

    private mutating func apply(_ command: String, _ word: String, to section: AttributeRules.Section) -> WordProblem? {
        guard !word.isEmpty else { return .unknown }
        switch command {
        case "add": change(section) { $0.add.append(Escapes.undone(word)) }
        case "remove": change(section) { $0.remove.append(Escapes.undone(word)) }
        default:
            // Both sides of the sign may have blanks and equals signs, which are escaped.
            guard let sign = word.firstIndex(of: ">") else { return .unknown }
            substitute(String(word[..<sign]), String(word[word.index(after: sign)...]), in: section)
        }
        return nil
    }

    private mutating func substitute(_ from: String, _ to: String, in section: AttributeRules.Section) {
        change(section) { $0.substitute.append(Substitution(from: Escapes.undone(from), to: Escapes.undone(to))) }
    }

    private mutating func change(_ section: AttributeRules.Section, _ body: (inout AttributeRules) -> Void) {
        let place = attributes.firstIndex { $0.section == section } ?? attributes.count
        if place == attributes.count { attributes.append(AttributeRules(section)) }
        guard attributes[place].count < Self.maximumRules else { return }
        body(&attributes[place])
    }

    private static func section(_ name: String) -> AttributeRules.Section? {
        if name == "none" || name == "global" { return .session }
        return mediaKinds.contains(name) ? .media(name) : nil
    }

    /// Kinds of m-lines (RFC 8866 section 8.2.1).
    private static let mediaKinds: Set<String> = ["audio", "video", "image", "message", "text", "application"]

    /// An element of `sdp-media-remove`.
    mutating func remove(_ kind: String) -> WordProblem? {
        guard kind == "other" || Self.mediaKinds.contains(kind) else { return .unknown }
        if !removedMedia.contains(kind) { removedMedia.append(kind) }
        return nil
    }

    /// The dictionary `extmap`.
    mutating func applyExtensions(_ value: NGValue) -> [OptionEntry.Remark] {
        guard case .dictionary(let operations) = value else { return [.unknown("(not a dictionary)")] }
        return operations.entries.compactMap { operation in
            let words = operation.value.words.map(Escapes.undone)
            switch operation.key {
            case "strip": Self.add(words, to: &strippedExtensions)
            case "mask": Self.add(words, to: &maskedExtensions)
            default: return .unknown(operation.key)
            }
            return nil
        }
    }
}

extension TextOptions {
    /// The flag `strip-extmap`.
    mutating func stripExtensions() { Self.add(["all"], to: &strippedExtensions) }

    /// Each once, and no more than `maximumRules`.
    private static func add(_ words: [String], to list: inout [String]) {
        for word in words where list.count < maximumRules && !list.contains(word) { list.append(word) }
    }
}

extension TextOptions.AttributeRules {
    fileprivate var count: Int { add.count + remove.count + substitute.count }
}
