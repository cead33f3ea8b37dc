import Foundation
@testable import rtpbridge
import Testing

/// The sample file is one that works, and so is each of the lines that it suggests.
@Suite struct SampleFileTests {
    private static let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("deploy/rtpbridge.conf").path

    @Test func nothingInItIsUnknownOrIgnored() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        #expect(try Settings(Arguments([]), ConfigFile(text: text, path: Self.path)).warnings.isEmpty)
        // With the suggestions taken: `# key = value`.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.wholeMatch(of: /# ([a-z-]+ = .*|\[.*\])/).map { String($0.1) } ?? String(line)
        }
        let settings = try Settings(Arguments([]), ConfigFile(text: lines.joined(separator: "\n"), path: Self.path))
        #expect(settings.warnings.isEmpty, "\(settings.warnings)")
        #expect(settings.templates.count == 1 && settings.interfaces.count == 1 && settings.values.count > 30)
    }
}
