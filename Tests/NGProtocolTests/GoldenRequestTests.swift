import Foundation
@testable import NGProtocol
import Testing

/// Requests of real proxies and what we make of them: `golden/NAME.txt` holds every field of the parsed
/// request that is not at its default. `RTPBRIDGE_UPDATE_GOLDEN=1` writes the files anew.
@Suite struct GoldenRequestTests {
    @Test func capturedRequests() throws {
        let requests = Fixtures.files(".ng")
        #expect(requests.count >= 60)
        for request in requests {
            let name = request.name.replacingOccurrences(of: "/", with: "-").replacingOccurrences(of: ".ng", with: ".txt")
            let path = Fixtures.folder.appendingPathComponent("golden/" + name)
            let found = describe(try request.bytes.message())
            if ProcessInfo.processInfo.environment["RTPBRIDGE_UPDATE_GOLDEN"] != nil {
                try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(found.utf8).write(to: path)
            }
            #expect(try String(contentsOf: path, encoding: .utf8) == found, "\(request.name)")
        }
    }

    /// Old names of options are quiet. Kamailio 5.6 does not know two words of its own configuration and sends them as keys;
    /// rtpengine warns of them, too.
    @Test func hardlyAnythingIsUnknown() {
        let warnings = Fixtures.files(".ng").flatMap { (try? NGRequest($0.bytes.message()))?.warnings ?? [] }
        #expect(warnings == ["key 'codec-accept' is unknown", "key 'codec-consume' is unknown"])
    }

    private func describe(_ dictionary: NGDictionary) -> String {
        var lines: [String] = []
        do throws(NGError) {
            let request = try NGRequest(dictionary)
            lines = switch request.command {
            case .offer(let offer): ["offer"] + changes(offer.fields, MessageFields()) + changes(offer.media, MediaOptions())
            case .answer(let answer): ["answer"] + changes(answer.fields, MessageFields()) + changes(answer.media, MediaOptions())
            case let command: [dictionary["command"]?.text ?? ""] + Mirror(reflecting: command).children.map { "\($0.value)" }
            }
            lines += request.warnings.map { "warning: " + $0 } + request.unserved.map { "ignored: " + $0 }
        } catch {
            lines = ["error: " + error.rawValue]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `path: value` for each field that differs; sets are sorted.
    private func changes(_ value: Any, _ standard: Any, path: String = "") -> [String] {
        let mine = Mirror(reflecting: value)
        let theirs = Array(Mirror(reflecting: standard).children)
        guard mine.displayStyle == .struct, mine.children.count == theirs.count else {
            let text = readable(value, mine)
            return text == readable(standard, Mirror(reflecting: standard)) ? [] : ["\(path): \(text)"]
        }
        return zip(mine.children, theirs).flatMap { mine, theirs in
            mine.label == "sdp" ? [] : changes(mine.value, theirs.value, path: path + (path.isEmpty ? "" : ".") + (mine.label ?? ""))
        }
    }

    private func readable(_ value: Any, _ mirror: Mirror) -> String {
        switch mirror.displayStyle {
        case .set: "[" + mirror.children.map { "\($0.value)" }.sorted().joined(separator: ", ") + "]"
        case .optional: mirror.children.first.map { "\($0.value)" } ?? "nil"
        default: "\(value)"
        }
    }
}
