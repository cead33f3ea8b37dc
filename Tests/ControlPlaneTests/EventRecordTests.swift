@testable import ControlPlane
import Foundation
import MediaCore
import Testing

@Suite struct EventRecordTests {
    @Test func theOneLineOfADigit() throws {
        let digit = try #require(EventSamples.all.first { $0.kind == .dtmf })
        #expect(String(decoding: try digit.json(), as: UTF8.self) == """
            {"call-id":"wacid.HBgL","code":11,"digit":"#","duration-ms":120,"event":"dtmf","event-id":1781270400008040,\
            "metadata":"tenant=7","tag":"wa-41","time-ms":1781270408040,"volume-dbm0":-10}
            """)
    }

    @Test func anEventOfTheCallHasNoParty() throws {
        let timeout = EventSamples.record(.timeout(.offer), of: nil)
        let object = try #require(try JSONSerialization.jsonObject(with: timeout.json()) as? [String: Any])
        #expect(object["timeout"] as? String == "offer")
        #expect(object["tag"] == nil && object["label"] == nil && object["via-branch"] == nil)
    }

    @Test func textOfTheClientCannotLeaveItsString() throws {
        var record = EventSamples.record(.mediaReady, of: EventParty(tag: "a\",\"event\":\"ended\n"))
        record.metadata = "\u{0}\u{2028}/"
        let object = try #require(try JSONSerialization.jsonObject(with: record.json()) as? [String: Any])
        #expect(object["event"] as? String == "media-ready")
        #expect(object["tag"] as? String == "a\",\"event\":\"ended\n")
        #expect(object["metadata"] as? String == "\u{0}\u{2028}/")
        #expect(try !record.json().contains(UInt8(ascii: "\n")))
    }

    @Test func whatIsNoNumberIsLeftOut() throws {
        for value in [Double.nan, .infinity] {
            let record = EventSamples.record(.qualityLow(mos: value), of: nil)
            #expect(try !String(decoding: record.json(), as: UTF8.self).contains("mos"))
        }
    }

    @Test func eventsOfTheCoreAndTheirNames() {
        #expect(EventContent.from(.silence(media: 1, isSilent: true))?.content == .silence(isOver: false))
        #expect(EventContent.from(.firstPacketReceived(media: 1))?.content == .firstPacketIn)
        #expect(EventContent.from(.firstPacketSent(media: 1))?.media == 1)
        #expect(EventContent.from(.ended(.mediaTimeout)) == nil)
        #expect(EventContent.from(.dtlsConnected(media: 0)) == nil)
        #expect(EventContent.Timeout(.finalTimeout) == .final)
        #expect(EventContent.Timeout(.deleted) == nil)
    }

    /// The examples in the document are what is sent, kind by kind.
    @Test func theDocumentShowsWhatIsSent() throws {
        let text = try String(contentsOfFile: Self.document, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## Events").last?.components(separatedBy: "\n## ").first)
        let blocks = section.components(separatedBy: "```json\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        let shown = try blocks.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary) }
        let sent = try EventSamples.all.map { try #require(try JSONSerialization.jsonObject(with: $0.json()) as? NSDictionary) }
        #expect(shown.count == EventKind.allCases.count)
        for (shown, sent) in zip(shown, sent) { #expect(shown == sent) }
        #expect(Set(EventSamples.all.map(\.kind)) == Set(EventKind.allCases))
    }

    private static let document = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("proto/whatsapp.md").path
}
