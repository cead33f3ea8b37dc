import SDP

/// Packet time, digits, sources and extensions.
extension SDPInspection {
    mutating func checkPacketTime() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let lines = ["ptime", "maxptime"].map { audio.attribute($0) }
        if lines.contains(where: { $0 == nil }) { report(.ptimeMissing) }
        for (line, rule) in zip(lines, [SDPRule.ptime20, .maxptime20]) {
            guard let line else { continue }
            // Some peers write fractions.
            let whole = line.value.utf8.split(separator: UInt8(ascii: ".")).first.map { Substring($0) } ?? ""
            guard whole.isDecimal, let length = Int(whole), (1...1000).contains(length) else {
                report(.ptimeMalformed, at: line.number)
                continue
            }
            if length != 20 { report(rule, at: line.number, "\(length)") }
        }
    }

    mutating func checkDigits() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let digits = text.codecs.filter(\.isDigits)
        guard let first = digits.first else {
            report(.dtmfMissing)
            return report(.noDTMF)
        }
        if !digits.contains(where: { $0.clockRate == 8000 }) { report(.dtmf8000, at: first.line, "\(first.clockRate)") }
        for codec in digits {
            if codec.payloadType < Codec.firstDynamicPayloadType { report(.dtmfPayloadType, at: codec.line, "\(codec.payloadType)") }
            guard let (parameters, line) = text.parameters(of: codec.payloadType),
                  let events = Self.events(parameters.parameters.map(\.key).joined(separator: ";")) else { continue }
            if !(0...15).allSatisfy(events.contains) { report(.dtmfEvents, at: line) }
        }
    }

    /// `0-15,66,70` as numbers (RFC 4733 section 2.4.1); `nil` where there is nothing of the kind, which means 0 to 15.
    private static func events(_ text: String) -> Set<Int>? {
        var events: Set<Int> = []
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let ends = part.split(separator: UInt8(ascii: "-")).map { Substring($0) }
            let numbers = ends.compactMap { $0.isDecimal ? UInt8($0) : nil }.map(Int.init)
            guard let first = numbers.first, let last = numbers.last, numbers.count == ends.count, numbers.count <= 2, first <= last
            else { return nil }
            events.formUnion(first...last)
        }
        return events.isEmpty ? nil : events
    }

    mutating func checkSources() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let sources = text.ssrcs
        if sources.isEmpty { report(.ssrcMissing) }
        for source in sources.dropFirst() { report(.oneSSRC, at: source.line) }
        let lines = audio.attributes("ssrc")
        for source in sources {
            if !source.text.isDecimal || UInt32(source.text) == nil { report(.ssrcMalformed, at: source.line) }
            let named = lines.contains { $0.words.first == source.text && ($0.words.dropFirst().first?.hasPrefix("cname:") ?? false) }
            if !named { report(.ssrcCNAME, at: source.line) }
        }
        if let line = audio.attributes("ssrc-group").first { report(.ssrcGroup, at: line.number) }
        checkExtensions(audio)
    }

    private mutating func checkExtensions(_ audio: ScannedMedia) {
        let extensions = text.sessionAttributes("extmap") + audio.attributes("extmap")
        if let line = extensions.first { report(.extmap, at: line.number) }
        for line in audio.attributes("rtcp-fb") {
            report(line.words.contains("transport-cc") ? .transportCC : .feedback, at: line.number)
        }
    }
}
