import SDP

/// The text, its lines and their order.
extension SDPInspection {
    mutating func checkText() {
        for fault in text.faults { report(fault.rule, at: fault.line, fault.detail) }
        let first = text.firstLine
        if first?.line != SDPLine("v", "0") { report(.versionLine, at: first?.number ?? 0) }
        checkOrigin()
        let name = text.session.first { $0.line.type == "s" }
        if name?.line.value.isEmpty ?? true { report(.sessionName, at: name?.number ?? 0) }
        let time = text.session.first { $0.line.type == "t" }
        let times = time?.line.value.words ?? []
        if times.count != 2 || !times.allSatisfy(\.isDecimal) { report(.timing, at: time?.number ?? 0) }
        for type in ["v", "o", "s"] as [SDPLineType] {
            for line in text.session.filter({ $0.line.type == type }).dropFirst() { report(.duplicateLine, at: line.number) }
        }
        checkOrder(text.session, Self.sessionOrder)
        for section in text.media { checkOrder(section.lines, Self.mediaOrder) }
        checkLevels()
    }

    private mutating func checkOrigin() {
        let line = text.session.first { $0.line.type == "o" }
        let words = line?.line.value.words ?? []
        // A user name with blanks, which some phones have, is let pass.
        let tail = words.suffix(5)
        guard words.count >= 6, tail.prefix(2).allSatisfy(\.isDecimal), Self.isOriginAddress(tail.suffix(3)) else {
            return report(.originLine, at: line?.number ?? 0)
        }
    }

    /// A host name is allowed here, and common.
    private static func isOriginAddress(_ words: some Collection<Substring>) -> Bool {
        let words = Array(words)
        return words.count == 3 && words[0] == "IN" && (words[1] == "IP4" || words[1] == "IP6")
    }

    /// By rank: `t`, `r` and `z` repeat as a group, as mail addresses and telephone numbers do.
    private static let sessionOrder: [SDPLineType: Int] = [
        "v": 0, "o": 1, "s": 2, "i": 3, "u": 4, "e": 5, "p": 5, "c": 6, "b": 7, "t": 8, "r": 8, "z": 8, "k": 9, "a": 10,
    ]
    private static let mediaOrder: [SDPLineType: Int] = ["i": 0, "c": 1, "b": 2, "k": 3, "a": 4]

    /// The first line that stands before where it has to, or that the section does not have.
    private mutating func checkOrder(_ lines: [ScannedLine], _ order: [SDPLineType: Int]) {
        var last = 0
        for line in lines where Self.sessionOrder[line.line.type] != nil {
            guard let rank = order[line.line.type], rank >= last else {
                return report(.lineOrder, at: line.number, "\(line.line.type)=")
            }
            last = rank
        }
    }

    private static let ofMedia: Set<String> = [
        "rtpmap", "fmtp", "rtcp-fb", "ptime", "maxptime", "mid", "rtcp", "rtcp-mux", "candidate", "end-of-candidates", "crypto", "ssrc",
        "ssrc-group",
    ]
    private static let ofSession: Set<String> = ["group", "msid-semantic"]

    private mutating func checkLevels() {
        let misplaced = text.session.filter { Self.ofMedia.contains($0.name) }
            + text.media.flatMap { $0.lines.filter { Self.ofSession.contains($0.name) } }
        for line in misplaced { report(.attributeLevel, at: line.number, "a=\(Self.excerpt(line.name))") }
    }
}
