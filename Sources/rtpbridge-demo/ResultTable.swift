import PeerSimulator
import Wire

/// The calls side by side, and what went wrong.
struct ResultTable {
    let results: [CallResult]

    private static let labelWidth = 28
    private static let columnWidth = 17

    var text: String {
        let rows = head + setUp + side("WhatsApp user hears", \.whatsApp) + side("PBX hears", \.pbx) + account
            + ["", row("longest stall here [ms]") { milliseconds($0.longestStall) }, row("result") { $0.failures.isEmpty ? "passed" : "FAILED" }]
        return rows.joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        [
            row("") { "call \($0.call.number)" }, row("") { $0.call.title },
            row("WhatsApp leg") { $0.call.whatsAppLeg }, row("PBX leg") { $0.call.pbxLeg }, "",
        ]
    }

    private var setUp: [String] {
        [
            "reply time [ms]",
            row("  ng offer") { milliseconds($0.offer) },
            row("  ng answer") { milliseconds($0.answer) },
            "from pick-up to [ms]",
            row("  ICE nominated") { $0.call.keying == .dtls ? milliseconds($0.iceConnected, orEarlier: "before") : "(none)" },
            row("  DTLS finished") { $0.call.keying == .dtls ? milliseconds($0.dtlsConnected) : "(none)" },
            row("  first packet to WhatsApp") { milliseconds($0.firstPacket(at: $0.whatsApp)) },
            row("  first packet to PBX") { milliseconds($0.firstPacket(at: $0.pbx)) },
        ]
    }

    private func side(_ title: String, _ side: KeyPath<CallResult, SideResult?>) -> [String] {
        func row(_ label: String, _ value: (SideResult) -> String?) -> String {
            self.row("  " + label) { $0[keyPath: side].flatMap(value) }
        }
        return [
            title,
            row("speech, heard of said [s]") { "\(seconds($0.speech.heardMilliseconds)) of \(seconds($0.speech.playedMilliseconds))" },
            row("likeness; level [dB]") { "\(decimal($0.speech.likeness, 3)); \(decimal($0.speech.levelDifference))" },
            row("delay, first; last [ms]") { $0.delay.map { "\($0.first); \($0.last)" } },
            row("packets; lost") { "\($0.report.packetsReceived); \($0.report.packetsLost)" },
            row("jitter [ms]") { decimal($0.report.jitter) },
            row("MOS") { $0.report.mos.map { decimal($0) } },
            row("DTMF") { digitText($0.report.digits) },
            row("SSRCs") { String($0.report.ssrcs.count) },
            row("broken rules") { String($0.report.violations.count) },
        ]
    }

    private var account: [String] {
        [
            "relay's account (ng query)",
            row("  from WhatsApp: MOS; lost") { $0.whatsApp?.relay.map(quality) },
            row("  from PBX: MOS; lost") { $0.pbx?.relay.map(quality) },
        ]
    }

    private func row(_ label: String, _ value: (CallResult) -> String?) -> String {
        label.padded(to: Self.labelWidth) + results.map { (value($0) ?? "-").indented(to: Self.columnWidth) }.joined()
    }

    /// - Parameter word: for a time before the pick-up.
    private func milliseconds(_ time: Nanoseconds?, orEarlier word: String? = nil) -> String? {
        time.map { $0 < .zero ? word ?? decimal($0.seconds * 1000) : decimal($0.seconds * 1000) }
    }
    private func seconds(_ milliseconds: Int) -> String { decimal(Double(milliseconds) / 1000) }
    private func quality(_ stream: RelayStream) -> String {
        "\(stream.mos.map { decimal($0) } ?? "-"); \(stream.lost)"
    }
}
