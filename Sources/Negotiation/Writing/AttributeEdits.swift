import NGProtocol
import SDP

/// `sdp-attr`: changes to a finished description, of which the negotiation knows nothing.
///
/// For each section in the order of the message: what is removed, what takes another's place, and what is added behind the rest
/// unless it is there already.
struct AttributeEdits {
    let rules: [TextOptions.AttributeRules]

    func apply(to description: inout SessionDescription) {
        for rule in rules {
            switch rule.section {
            case .session: Self.apply(rule, to: &description.lines)
            case .media(let kind):
                for index in description.media.indices where description.media[index].kind.lowercased() == kind.lowercased() {
                    Self.apply(rule, to: &description.media[index].lines)
                }
            }
        }
    }

    private static func apply(_ rule: TextOptions.AttributeRules, to lines: inout [SDPLine]) {
        if !rule.remove.isEmpty {
            let removed = Set(rule.remove.map { $0.lowercased() })
            lines.removeAll { line in names(of: line).contains(where: removed.contains) }
        }
        if !rule.substitute.isEmpty {
            // Of several for one pattern, and of several that match a line, the first counts.
            let places = Dictionary(rule.substitute.indices.map { (rule.substitute[$0].from.lowercased(), $0) }) { first, _ in first }
            for index in lines.indices {
                guard let place = names(of: lines[index]).compactMap({ places[$0] }).min(),
                      let line = line(rule.substitute[place].to) else { continue }
                lines[index] = line
            }
        }
        for text in rule.add {
            guard let line = line(text), !lines.contains(line) else { continue }
            lines.append(line)
        }
    }

    /// `nil` for what would be no line, or more than one.
    private static func line(_ text: String) -> SDPLine? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else { return nil }
        return SDPLine("a", text)
    }

    /// What patterns may call an attribute, in lower case: the whole of it, its name and first word, or its name. Of attributes that are
    /// many of one name, a payload type or a tag each, the name alone means none.
    private static func names(of line: SDPLine) -> [String] {
        guard let name = line.attributeName?.lowercased() else { return [] }
        var names = [line.value.lowercased()]
        if let first = line.attributeValue?.words.first { names.append("\(name):\(first.lowercased())") }
        if !numbered.contains(name) { names.append(name) }
        return names
    }

    private static let numbered: Set<String> = ["rtpmap", "fmtp", "crypto"]
}

extension TextOptions {
    /// `sdp-media-remove`: whether an m-line of this kind is left out of the offer. `other` stands for the kinds that are not registered.
    func removes(kind: String) -> Bool {
        let kind = kind.lowercased()
        return removedMedia.contains { word in
            let word = word.lowercased()
            return word == kind || (word == "other" && !Self.registeredKinds.contains(kind))
        }
    }

    /// RFC 8866 section 8.2.2, RFC 6466 for `image`.
    private static let registeredKinds: Set<String> = ["audio", "video", "image", "text", "application", "message"]

    /// `extmap`: whether a line of an m-line whose packets pass as they are is kept from the other side.
    ///
    /// `mask` and `strip` are one: what is in a header extension is not read here, so that nothing could be accepted of it.
    func hides(_ line: SDPLine) -> Bool {
        let hidden = strippedExtensions + maskedExtensions
        guard !hidden.isEmpty, line.isAttribute("extmap"), let words = line.attributeValue?.words, words.count > 1 else { return false }
        return hidden.contains { $0 == "all" || $0 == words[1] }
    }
}
