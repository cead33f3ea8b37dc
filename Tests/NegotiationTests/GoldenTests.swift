import Foundation
import MediaCore
import Testing

@Suite struct GoldenTests {
    @Test func thereAreFiles() { #expect(GoldenFile.names.count >= 20) }

    @Test(arguments: GoldenFile.names)
    func descriptionAndPlanAreAsWritten(_ name: String) throws {
        let expected = try GoldenFile(name)
        var actual = expected
        try actual.run()
        if ProcessInfo.processInfo.environment["RTPBRIDGE_RECORD"] != nil {
            try actual.text.write(to: GoldenFile.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            return
        }
        for (index, (want, got)) in zip(expected.requests, actual.requests).enumerated() {
            #expect(got.output == want.output, "\(name), description of request \(index + 1)")
            #expect(got.plan == want.plan, "\(name), plan of request \(index + 1)")
            #expect(got.answer == want.answer, "\(name), answer to request \(index + 1)")
        }
    }
}
