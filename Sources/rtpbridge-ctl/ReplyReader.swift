/// What the daemon's text says, as JSON: rtpengine's forms, which ours have too.
enum ReplyReader {
    static func read(_ text: String, command: [String]) -> JSONValue {
        let words = command.map { $0.lowercased() }
        let isList = words.first == "list" || words.first == "get"
        if isList, words.dropFirst().first == "sessions", let which = words.dropFirst(2).first {
            return ["all", "own", "foreign"].contains(which) ? .array(lines(text).compactMap(session)) : call(text)
        }
        if words.first == "call", words.last == "info" { return call(text) }
        if isList, words.dropFirst().first == "interfaces" { return .array(interfaces(text)) }
        return settings(text)
    }

    private static func lines(_ text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

    /// `key: value | key:value | ...`
    private static func session(_ line: Substring) -> JSONValue? {
        let fields = line.split(separator: " | ").compactMap { pair($0, ":") }
        return fields.first?.key == "callid" ? .object(Dictionary(fields, uniquingKeysWith: { first, _ in first })) : nil
    }

    private static func pair(_ text: Substring, _ sign: Character) -> (key: String, value: JSONValue)? {
        guard let mark = text.firstIndex(of: sign) else { return nil }
        let key = trim(text[..<mark]), value = trim(text[text.index(after: mark)...])
        // A call may have digits for a name.
        return (key, ["callid", "proxy"].contains(key) ? .string(value) : JSONValue(word: value))
    }

    /// `KEY=value`, `key = value`, `key: value` or ` title   :value`; what is none of these is under `text`.
    private static func settings(_ text: String) -> JSONValue {
        var object: [String: JSONValue] = [:], rest: [String] = []
        for line in lines(text) where !trim(line).isEmpty {
            if let pair = pair(line, "=") ?? pair(line, ":"), pair.value != .string(""), !pair.key.isEmpty {
                object[pair.key] = pair.value
            } else {
                rest.append(trim(line))
            }
        }
        if !rest.isEmpty { object["text"] = .array(rest.map(JSONValue.string)) }
        return .object(object)
    }

    /// Of each interface three lines: the name, and what begins with a blank.
    private static func interfaces(_ text: String) -> [JSONValue] {
        var all: [[String: JSONValue]] = []
        for line in lines(text) {
            if let match = line.wholeMatch(of: /Interface '(.*)' address '(.*)' \((.*)\)/) {
                all.append(["name": .string(String(match.1)), "address": .string(String(match.2)), "family": .string(String(match.3))])
            } else if all.isEmpty {
                continue
            } else if let match = line.wholeMatch(of: /\s*Port range:\s*(\d+) -\s*(\d+)/) {
                all[all.count - 1]["ports"] = .object(["min": JSONValue(word: match.1), "max": JSONValue(word: match.2)])
            } else if let match = line.wholeMatch(of: /\s*Ports used:\s*(\d+) \/\s*(\d+) \(\s*([\d.]+)%\)/) {
                all[all.count - 1]["used"] = JSONValue(word: match.1)
                all[all.count - 1]["total"] = JSONValue(word: match.2)
                all[all.count - 1]["used_pct"] = JSONValue(word: match.3)
            }
        }
        return all.map(JSONValue.object)
    }

    // MARK: One call

    private static func call(_ text: String) -> JSONValue {
        var object: [String: JSONValue] = [:], tags: [[String: JSONValue]] = []
        var medias: [[String: JSONValue]] = [], streams: [JSONValue] = []
        func closeMedia() {
            if !streams.isEmpty, !medias.isEmpty { medias[medias.count - 1]["streams"] = .array(streams) }
            streams = []
        }
        func closeTag() {
            closeMedia()
            if !medias.isEmpty, !tags.isEmpty { tags[tags.count - 1]["medias"] = .array(medias.map(JSONValue.object)) }
            medias = []
        }
        for line in lines(text) {
            if let stream = stream(line) {
                streams.append(stream)
            } else if let match = line.wholeMatch(of: /------ Media #(\d+) \((\S+) over (.*)\) using (.*)/) {
                closeMedia()
                medias.append([
                    "index": JSONValue(word: match.1), "type": .string(String(match.2)), "protocol": .string(String(match.3)),
                    "codec": .string(String(match.4)),
                ])
            } else if let tag = tag(line) {
                closeTag()
                tags.append(tag)
            } else if tags.isEmpty, let pair = pair(line, ":") {
                object[pair.key] = pair.value
            } else if tags.isEmpty {
                object["text"] = .string(trim(line))
            }
        }
        closeTag()
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSONValue.object)) }
        return .object(object)
    }

    private static func tag(_ line: Substring) -> [String: JSONValue]? {
        let form = /--- Tag '(.*)', type: (\S+), label '(.*)', branch '(.*)',.* ?callduration ([\d.]+)/
        guard let match = line.wholeMatch(of: form) else { return nil }
        return [
            "tag": .string(String(match.1)), "type": .string(String(match.2)), "label": .string(String(match.3)),
            "via-branch": .string(String(match.4)), "duration": JSONValue(word: match.5),
        ]
    }

    private static func stream(_ line: Substring) -> JSONValue? {
        let form = #/
            --------\ Port\s+(\S+?)\s*:\s*(\d+)\s*<>\s*(\S*?)\s*:\s*(\d*)\s*(\(RTCP\))?,
            \ SSRC\ ([0-9a-f]+),\ (?:.*,\ )?(\d+)\ p,\ (\d+)\ b,\ (\d+)\ e,\ (\d+)\ ts
            /#
        guard let match = line.wholeMatch(of: form) else { return nil }
        return .object([
            "local": .string("\(match.1):\(match.2)"), "remote": match.3.isEmpty ? .null : .string("\(match.3):\(match.4)"),
            "rtcp": .bool(match.5 != nil), "ssrc": .string(String(match.6)), "packets": JSONValue(word: match.7),
            "bytes": JSONValue(word: match.8), "errors": JSONValue(word: match.9), "last-packet": JSONValue(word: match.10),
        ])
    }

    private static func trim(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
