import Foundation
import NGProtocol
import Testing

/// proto/ng-flags.md is what the table says. With RTPBRIDGE_WRITE_DOCS set in the environment it is written anew.
@Suite struct NGFlagsDocumentTests {
    private static let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("proto/ng-flags.md")

    @Test func documentIsUpToDate() throws {
        if ProcessInfo.processInfo.environment["RTPBRIDGE_WRITE_DOCS"] != nil {
            try OptionTableDocument.text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
        let expected = OptionTableDocument.text.split(separator: "\n")
        let differences = expected.difference(from: written)
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test func everyEntryIsInIt() {
        let text = OptionTableDocument.text
        for entry in OptionTable.entries {
            #expect(text.contains("`\(entry.name)`"), "\(entry.name)")
            #expect(text.contains(entry.summary.replacing("|", with: "\\|")), "\(entry.name)")
        }
    }
}
