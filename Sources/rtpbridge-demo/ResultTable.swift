import PeerSimulator
import Wire

/// The calls side by side, and what went wrong.
struct ResultTable {
    let results: [CallResult]

    private static let labelWidth = 32
    private static let columnWidth = 17

    var text: String {
        var lines: [String] = []
        func row(_ label: String, _ value: (CallResult) -> String?) {
            lines.append(label.padded(to: Self.labelWidth) + results.map { (value($0) ?? "-").indented(to: Self.columnWidth) }.joined())
        }
        row("") { "call \($0.call.number)" }
        row("") { $0.call.title }
        row("WhatsApp leg") { $0.call.whatsAppLeg }
        row("PBX leg") { $0.call.pbxLeg }
        lines += ["", "reply time [ms]"]
        row("  ng offer") { milliseconds($0.offer) }
        row("  ng answer") { milliseconds($0.answer) }
        lines += ["from pick-up to [ms]"]
        row("  ICE nominated") { $0.call.keying == .dtls ? milliseconds($0.iceConnected) : "(none)" }
        row("  DTLS finished") { $0.call.keying == .dtls ? milliseconds($0.dtlsConnected) : "(none)" }
        row("  first packet to WhatsApp") { milliseconds($0.firstPacket(at: $0.whatsApp)) }
        row("  first packet to PBX") { milliseconds($0.firstPacket(at: $0.pbx)) }
        addSide("WhatsApp user hears", \.whatsApp, row: row, lines: &lines)
        addSide("PBX hears", \.pbx, row: row, lines: &lines)
        lines += ["relay's own account (ng query)"]
        row("  from WhatsApp: MOS") { $0.whatsApp?.relay.map(quality) }
        row("  from PBX: MOS") { $0.pbx?.relay.map(quality) }
        lines.append("")
        row("result") { $0.failures.isEmpty ? "passed" : "FAILED" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func addSide(
        _ title: String, _ side: KeyPath<CallResult, SideResult?>, row: (String, (CallResult) -> String?) -> Void, lines: inout [String]
    ) {
        lines.append(title)
        row("  speech, heard of said [s]") { $0[keyPath: side].map { "\(seconds($0.speech.heardMilliseconds)) of \(seconds($0.speech.playedMilliseconds))" } }
        row("  likeness; level [dB]") { $0[keyPath: side].map { "\(decimal($0.speech.likeness, 3)); \(decimal($0.speech.levelDifference))" } }
        row("  delay [ms]") { $0[keyPath: side]?.delay.map(String.init) }
        row("  packets; lost") { $0[keyPath: side].map { "\($0.report.packetsReceived); \($0.report.packetsLost)" } }
        row("  jitter [ms]") { $0[keyPath: side].map { decimal($0.report.jitter) } }
        row("  MOS") { $0[keyPath: side]?.report.mos.map { decimal($0) } }
        row("  DTMF") { $0[keyPath: side].map { digitText($0.report.digits) } }
        row("  SSRCs") { $0[keyPath: side].map { String($0.report.ssrcs.count) } }
        row("  broken rules") { $0[keyPath: side].map { String($0.report.violations.count) } }
    }

    private func milliseconds(_ time: Nanoseconds?) -> String? { time.map { decimal($0.seconds * 1000) } }
    private func seconds(_ milliseconds: Int) -> String { decimal(Double(milliseconds) / 1000) }
    private func quality(_ stream: RelayStream) -> String {
        "\(stream.mos.map { decimal($0) } ?? "-"), \(stream.lost) lost"
    }
}
