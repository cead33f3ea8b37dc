import Foundation
import Fuzzing
import Negotiation
import Testing

@Suite struct ValidationFormTests {
    @Test func linesAreCountedWithEitherLineEnd() {
        let lines = ["v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=-", "t=0 0", "m=audio 4000 RTP/AVP 0 101", "c=IN IP4 10.0.0.1",
            "a=rtpmap:101 telephone-event/8000", "a=ptime:40"]
        for end in ["\r\n", "\n"] {
            let findings = SDPValidator.check(lines.map { $0 + end }.joined(), origin: .pbx, isOffer: true)
            #expect(findings.first { $0.rule == "ptime-20" }?.line == 8)
        }
    }

    @Test func findingsAreBoundedAndTheWorstStay() {
        var text = ValidationSample.ourOffer.text
        // A fault of nearly every kind, each many times.
        for entry in ValidationCase.all where entry.sample.origin == .ours && !entry.isOfOffer {
            text = text.replacing(entry.old, with: entry.new, maxReplacements: 1)
        }
        text += String(repeating: "a=candidate:x\r\na=rtpmap:x\r\na=fmtp:1 x\r\na=crypto:x\r\na=ssrc:x y\r\nq=1\r\nt\r\n", count: 60)
        let findings = SDPValidator.check(text, origin: .ours, isOffer: true)
        #expect(findings.count <= 64 && findings.count > 30)
        for (_, same) in Dictionary(grouping: findings, by: \.rule) { #expect(same.count <= 4) }
        #expect(findings.map(\.line) == findings.map(\.line).sorted())
    }

    @Test func largeTextIsNotRead() {
        let long = String(repeating: "a=" + String(repeating: "x", count: 998) + "\r\n", count: 100)
        #expect(SDPValidator.check(long, origin: .pbx, isOffer: true).contains { $0.rule == "size" && $0.line == 0 })
        let lines = "v=0\r\n" + String(repeating: "a=x\r\n", count: 1100)
        #expect(SDPValidator.check(lines, origin: .pbx, isOffer: true).contains { $0.rule == "size" && $0.line == 1001 })
        let sections = "v=0\r\n" + String(repeating: "m=audio 1 RTP/AVP 0\r\n", count: 70)
        #expect(SDPValidator.check(sections, origin: .pbx, isOffer: true).contains { $0.rule == "size" && $0.line == 66 })
    }

    @Test func messagesHoldNoSecretsAndOnlyPrintableText() {
        for sample in ValidationSample.good {
            let secrets = [ValidationSample.key, "qY/Bb+jQzg5ICn6X4fhJQetk", "oRWenfNnDVSdBFJFMmKfVHfOt97sm0Xk", "35:47:24:24"]
            let damaged = sample.text.replacing("RTP/", with: "\u{1b}[31mRTP/").replacing("opus", with: "o\u{7f}\u{e9}us")
            for text in [sample.text, damaged, sample.text.replacing(" ", with: "  "), sample.text.replacing(":", with: ": ")] {
                for finding in SDPValidator.check(text, origin: sample.origin, isOffer: sample.isOffer, counterpart: sample.counterpart) {
                    #expect(finding.message.utf8.allSatisfy { (0x20...0x7e).contains($0) } && finding.message.utf8.count < 400)
                    #expect(!secrets.contains { finding.message.contains($0) })
                }
            }
        }
    }

    /// Any text, as any party's, beside any other.
    @Test func damagedDescriptionsNeverTrap() {
        let edited = ValidationCase.all.map(\.edited.text)
        let corpus = ValidationSample.good.map(\.text) + edited.filter { $0.utf8.count < 3000 }
        var mutator = Mutator(seed: 0x5dbf, corpus: corpus.map { Array($0.utf8) }, alphabet: Array("0123456789:/=\r\n amvco-.;,|^".utf8))
        let rules = Set(SDPRule.table.map(\.name))
        var previous = ""
        var broken: Set<String> = []
        for round in 0..<2500 {
            let text = round < corpus.count ? corpus[round] : String(decoding: mutator.next(), as: UTF8.self)
            let origin = [SDPFinding.Origin.meta, .ours, .pbx][round % 3]
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            for finding in SDPValidator.check(text, origin: origin, isOffer: round % 2 == 0, counterpart: previous) {
                #expect(rules.contains(finding.rule) && (0...lines).contains(finding.line))
                broken.insert(finding.rule)
            }
            _ = SDPValidator.checkSecondAnswer(text, first: previous)
            previous = text
        }
        #expect(broken.count > 80, "\(broken.count) of \(rules.count)")
    }
}
