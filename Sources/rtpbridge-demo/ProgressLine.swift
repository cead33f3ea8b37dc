import Foundation
import PeerSimulator
import Wire

/// A call as it goes: one line that is rewritten on a terminal, a line every few seconds elsewhere.
final class ProgressLine {
    private let call: DemoCall
    private let whatsApp: any Peer
    private let pbx: any Peer
    private let start = SystemClock.now
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var nextLine = SystemClock.now
    var phase = "ringing" {
        didSet { update(isForced: true) }
    }

    static let legend = "each side: whether it talks, [the loudness] and the packets that it receives, the digits that it was sent\n"

    init(_ call: DemoCall, whatsApp: any Peer, pbx: any Peer) {
        self.call = call
        self.whatsApp = whatsApp
        self.pbx = pbx
        Self.write("\ncall \(call.number): \(call.title), WhatsApp \(call.whatsAppLeg), PBX \(call.pbxLeg)\n")
    }

    func update(isForced: Bool = false) {
        let now = SystemClock.now
        guard isForced || now >= nextLine else { return }
        nextLine = now + (isTerminal ? .milliseconds(100) : .seconds(4))
        Self.write(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
    }

    /// Leaves the last state standing.
    func end(_ verdict: String) {
        phase = verdict
        if isTerminal { Self.write("\n") }
    }

    /// Less than 80 columns: a line that wraps can't be rewritten.
    private var line: String {
        let time = decimal((SystemClock.now - start).seconds).indented(to: 5)
        return "\(time) s \(phase.padded(to: 7)) \(side("WhatsApp", whatsApp)) \(side("PBX", pbx))"
    }

    private func side(_ name: String, _ peer: any Peer) -> String {
        let report = peer.makeReport(isLossy: false)
        let digits = report.digits.isEmpty ? "" : digitText(report.digits).replacing(" ", with: "")
        let talks = peer.isSounding ? "talks" : "     "
        return "\(name) \(talks) [\(meter(peer.heard))] \(String(report.packetsReceived).indented(to: 4)) \(digits.padded(to: 3))"
    }

    /// Loudness of the last 100 ms: a mark for every 6 dB above the quietest speech.
    private func meter(_ samples: [Int16]) -> String {
        let peak = samples.suffix(Recording.sampleRate / 10).map(\.magnitude).max() ?? 0
        let marks = peak < 500 ? 0 : min(6, 1 + Int(log2(Double(peak) / 500)))
        return String(repeating: "#", count: marks).padded(to: 6)
    }

    /// Past the buffer of `print`, which would hold an unfinished line back.
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
