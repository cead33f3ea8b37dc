import Foundation
import NGProtocol
import Testing

@Suite struct DocumentationTests {
    @Test func thePageIsTheTable() throws {
        let page = Fixtures.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("proto/ng-flags.md")
        if ProcessInfo.processInfo.environment["RTPBRIDGE_UPDATE_GOLDEN"] != nil { try Data(OptionTable.markdown.utf8).write(to: page) }
        #expect(try String(contentsOf: page, encoding: .utf8) == OptionTable.markdown)
    }
}
