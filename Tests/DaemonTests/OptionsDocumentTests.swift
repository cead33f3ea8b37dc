import Foundation
@testable import rtpbridge
import Testing

/// proto/options.md is what the table says. With RTPBRIDGE_WRITE_DOCS set in the environment it is written anew.
@Suite struct OptionsDocumentTests {
    private static let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("proto/options.md")

    @Test func documentIsUpToDate() throws {
        if ProcessInfo.processInfo.environment["RTPBRIDGE_WRITE_DOCS"] != nil {
            try OptionsDocument.text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
        let expected = OptionsDocument.text.split(separator: "\n")
        let differences = expected.difference(from: written)
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test func everyOptionIsInItAndInTheHelp() {
        let text = OptionsDocument.text, help = OptionHelp.text
        for spec in OptionSpec.all {
            #expect(text.contains("`\(spec.name)`"), "\(spec.name)")
            #expect(text.contains(spec.summary), "\(spec.name)")
            #expect(help.contains("--\(spec.name)"), "\(spec.name)")
        }
    }
}
