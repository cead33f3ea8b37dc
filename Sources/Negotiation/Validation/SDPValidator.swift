/// Reads a session description as Meta will, or as the relay in front of it, and says what is wrong with it (`SDPRule`).
///
/// Pure, and safe with any text: what cannot be parsed is explained, never trapped on.
public enum SDPValidator {
    /// Checks one description.
    ///
    /// - Parameters:
    ///   - origin: whose it is; `ours` is what the relay or another business endpoint sends to Meta.
    ///   - isOffer: an offer; else an answer.
    ///   - counterpart: the offer that an answer answers, where it is known; the answer is then held against it.
    /// - Returns: at most 64 findings by line, at most four of one rule. Messages hold no keys and passwords, and ASCII only.
    public static func check(
        _ text: String, origin: SDPFinding.Origin, isOffer: Bool, counterpart: String? = nil
    ) -> [SDPFinding] {
        var inspection = SDPInspection(text, origin: origin, isOffer: isOffer, counterpart: counterpart)
        inspection.checkText()
        guard inspection.text.audio != nil else {
            inspection.report(.audioSection)
            return inspection.sorted
        }
        inspection.checkSections()
        inspection.checkTransport()
        inspection.checkICE()
        inspection.checkDTLS()
        inspection.checkSDES()
        inspection.checkCodecs()
        inspection.checkPacketTime()
        inspection.checkDigits()
        inspection.checkSources()
        inspection.checkAnswer()
        return inspection.sorted
    }

    /// Holds the answer that goes with `accept` against the one that went with `pre_accept`: they have to be equal byte by byte.
    ///
    /// - Returns: one finding at the first line that differs, or nothing.
    public static func checkSecondAnswer(_ second: String, first: String) -> [SDPFinding] {
        guard !second.utf8.elementsEqual(first.utf8) else { return [] }
        let new = second.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let old = first.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let place = zip(new, old).enumerated().first { !$0.element.0.elementsEqual($0.element.1) }?.offset ?? min(new.count, old.count)
        var inspection = SDPInspection("", origin: .ours, isOffer: false, counterpart: nil)
        let line = new.indices.contains(place) ? new[place] : old.indices.contains(place) ? old[place] : "".utf8[...]
        // Up to the colon: the rest may be a key.
        let name = Substring(line.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") })
        inspection.report(.secondAnswer, at: min(place + 1, new.count), "the first difference is at \(SDPInspection.excerpt(name))")
        return inspection.findings
    }
}
