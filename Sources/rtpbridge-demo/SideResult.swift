import PeerSimulator
import Wire

/// One end of a finished call: what it saw, heard and sent.
struct SideResult {
    var name: String
    var report: PeerReport
    /// The other side's speech as it came here.
    var speech: SpeechComparison
    /// From the other side's microphone to this side's socket, for the first and the last speech [ms].
    var delay: (first: Int, last: Int)?
    /// What the relay says of the stream that this side sent.
    var relay: RelayStream?
    var recording: String

    /// What is wrong here, in words.
    func failures(digits: [UInt8]) -> [String] {
        let broken = report.violations.map { "\(name): breaks the rule \"\($0.rule.rawValue)\": \($0.detail)" }
        guard report.packetsReceived > 0 else { return ["\(name): nothing received"] + broken }
        var found: [String] = []
        func check(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { found.append("\(name): \(text())") } }

        check(report.digits == digits, "digits \(digitText(report.digits)) instead of \(digitText(digits))")
        check(report.ssrcs.count == 1, "\(report.ssrcs.count) SSRCs received")
        let quota = Double(report.packetsLost) / Double(max(1, report.packetsReceived))
        check(quota <= Self.tolerableLoss, "\(report.packetsLost) of \(report.packetsReceived) packets lost")
        check(
            Self.tolerableShare.contains(speech.heardShare),
            "\(speech.heardMilliseconds) ms of speech heard, \(speech.playedMilliseconds) ms were said")
        check(abs(speech.levelDifference) <= Self.tolerableLevel, "the speech is \(decimal(speech.levelDifference)) dB off in level")
        check(speech.likeness >= Self.tolerableLikeness, "the speech has a likeness of \(decimal(speech.likeness, 2)) to what was said")
        check(report.mos ?? 0 >= Self.tolerableMOS, "MOS \(report.mos.map { decimal($0) } ?? "unknown")")
        check(relay != nil, "the relay's reply has no entry for the stream sent")
        check(relay?.mos ?? 0 >= Self.tolerableMOS, "MOS \(relay?.mos.map { decimal($0) } ?? "unknown") in the relay's reply")
        return found + broken
    }

    // Loopback loses nothing; transcoding changes level and envelope a little.
    private static let tolerableLoss = 0.005
    private static let tolerableShare = 0.95...1.08
    private static let tolerableLevel = 2.0
    private static let tolerableLikeness = 0.9
    private static let tolerableMOS = 3.5
}
