import ArgumentParser
import Foundation
import Negotiation
@testable import rtpbridge_ctl
import Testing

@Suite struct CheckSDPTests {
    private static let samples = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/sdp").path

    private func status(_ arguments: String...) -> Int32? {
        do {
            var command = try Ctl.parseAsRoot(["check-sdp"] + arguments)
            try command.run()
            return ExitStatus.clean.rawValue
        } catch let error as ExitCode {
            return error.rawValue
        } catch {
            // Everything else is wrong usage.
            return Ctl.exitCode(for: error).isSuccess ? nil : ExitStatus.usage.rawValue
        }
    }

    @Test func statusSaysWhetherThereWasAnError() {
        let offer = "\(Self.samples)/graph-api-user-initiated-offer.sdp", answer = "\(Self.samples)/graph-api-user-initiated-answer.sdp"
        #expect(status(offer) == 0)
        #expect(status(answer, "--origin", "ours", "--counterpart", offer) == 0)
        // As an offer it has the wrong setup, and beside a foreign offer the wrong keys.
        #expect(status(answer, "--origin", "ours") == 1)
        #expect(status(answer, "--origin", "ours", "--counterpart", "\(Self.samples)/sip-sdes-user-initiated-offer.sdp", "--json") == 1)
        #expect(status(answer, "--answer", "--first-answer", answer) == 0)
        #expect(status(answer, "--first-answer", offer) == 1)
    }

    @Test func wrongUsageAndUnreadableFilesAreTwo() {
        #expect(status() == 2)
        #expect(status("\(Self.samples)/none.sdp") == 2)
        #expect(status(Self.samples) == 2)
        #expect(status("\(Self.samples)/graph-api-user-initiated-offer.sdp", "--origin", "nobody") == 2)
    }

    @Test(arguments: [
        ("graph-api-user-initiated-offer", SDPFinding.Origin.meta), ("graph-api-business-initiated-answer", .meta),
        ("sip-sdes-user-initiated-offer", .meta), ("sip-sdes-business-initiated-answer", .meta), ("sip-webrtc-user-initiated-offer", .meta),
        ("graph-api-user-initiated-answer", .ours), ("graph-api-business-initiated-offer", .ours),
        ("sip-sdes-user-initiated-answer", .ours),
        ("sip-sdes-business-initiated-offer", .ours),
    ])
    func originIsGuessed(_ name: String, _ origin: SDPFinding.Origin) throws {
        #expect(OriginGuess.origin(of: try SDPFile.read("\(Self.samples)/\(name).sdp")) == origin)
    }

    @Test func plainRTPIsThePBXs() {
        #expect(OriginGuess.origin(of: "v=0\nm=audio 4000 RTP/AVP 0\n") == .pbx)
        #expect(OriginGuess.origin(of: "") == .pbx)
    }

    private let finding = SDPFinding(
        rule: "crlf", origin: .ours, line: 3, severity: .error, message: "a \"b\" \\ c", remedy: "Write \\r\\n.", metaError: "100 x")

    @Test func jsonIsOneLineWithTheKeysOfTheReport() throws {
        let line = try FindingJSON.line(finding)
        #expect(!line.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["rule", "origin", "line", "severity", "message", "remedy", "meta-error"])
        #expect(object["message"] as? String == finding.message && object["line"] as? Int == 3 && object["origin"] as? String == "ours")
        var bare = finding
        bare.metaError = nil
        #expect(!(try FindingJSON.line(bare)).contains("meta-error"))
    }

    @Test func tableIsColouredOnlyWhenAsked() {
        var table = FindingTable(findings: [finding], isColoured: false)
        let text = table.text(heading: "x")
        #expect(text.hasPrefix("x: 1 error, 0 warnings, 0 notes\n") && text.contains("leads to: 100 x") && !text.contains("\u{1b}"))
        table.isColoured = true
        #expect(table.text(heading: "x").contains("\u{1b}[31merror"))
    }

    @Test func longTextIsWrapped() {
        let lines = FindingTable.wrapped(String(repeating: "word ", count: 100))
        #expect(lines.count == 6 && lines.allSatisfy { $0.count <= 84 })
        #expect(FindingTable.wrapped(String(repeating: "x", count: 200)).count == 1)
    }
}
