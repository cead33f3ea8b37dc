import Foundation
import Negotiation
import Testing

@Suite struct ValidationTests {
    @Test(arguments: ValidationCase.all.indices)
    func oneEditBreaksOneRule(_ index: Int) throws {
        let entry = ValidationCase.all[index]
        let before = entry.sample.check(), after = entry.edited.check()
        #expect(entry.edited.text != entry.sample.text || entry.edited.counterpart != entry.sample.counterpart, "\(entry.rule): no edit")
        #expect(!before.contains { $0.rule == entry.rule }, "\(entry.rule) in the good sample")
        let new = Set(after.map(\.rule)).subtracting(before.map(\.rule))
        #expect(new == entry.also.union([entry.rule]), "\(entry.rule)")
        let finding = try #require(after.first { $0.rule == entry.rule })
        let rule = try #require(SDPRule.table.first { $0.name == entry.rule })
        #expect(finding.severity == rule.severity(in: entry.sample.origin) && finding.origin == entry.sample.origin)
        #expect(finding.message.hasPrefix(rule.text) && finding.remedy == rule.remedy)
        #expect(finding.metaError == rule.metaError(in: entry.sample.origin))
        #expect(finding.line == entry.line ?? entry.editedLine, "\(entry.rule)")
    }

    @Test func everyRuleHasACase() {
        // The first is about two answers and has a test of its own; the second is found where the codecs are agreed.
        let tested = Set(ValidationCase.all.map(\.rule)).union(["second-answer", "transcoding"])
        let names = SDPRule.table.map(\.name)
        #expect(Set(names).count == names.count, "a name stands twice")
        #expect(Set(names) == tested, "\(Set(names).symmetricDifference(tested))")
    }

    @Test func rulesAreWhole() {
        for rule in SDPRule.table {
            #expect(rule.name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }, "\(rule.name)")
            #expect(rule.text.hasSuffix(".") && rule.remedy.hasSuffix("."), "\(rule.name)")
            let severities = [rule.meta, rule.ours, rule.pbx].compactMap(\.self)
            #expect(!severities.isEmpty, "\(rule.name)")
            // What ends a call toward Meta says by which error.
            if rule.ours == .error { #expect(rule.metaError(in: .ours) != nil, "\(rule.name)") }
        }
    }

    @Test func goodDescriptionsHaveNothingAboveNote() {
        for sample in ValidationSample.good {
            let bad = sample.check().filter { $0.severity > .note }
            #expect(bad.isEmpty, "\(bad)")
        }
    }

    @Test(arguments: [
        ("graph-api-business-initiated-answer", SDPFinding.Origin.meta, "graph-api-business-initiated-offer" as String?),
        ("graph-api-business-initiated-offer", .ours, nil), ("graph-api-user-initiated-answer", .ours, "graph-api-user-initiated-offer"),
        ("graph-api-user-initiated-offer", .meta, nil), ("sip-sdes-business-initiated-answer", .meta, "sip-sdes-business-initiated-offer"),
        ("sip-sdes-business-initiated-offer", .ours, nil), ("sip-sdes-user-initiated-answer", .ours, "sip-sdes-user-initiated-offer"),
        ("sip-sdes-user-initiated-offer", .meta, nil), ("sip-webrtc-user-initiated-offer", .meta, nil),
    ])
    func metasOwnSamplesHaveNoError(_ name: String, _ origin: SDPFinding.Origin, _ offer: String?) {
        let text = ValidationSample.file(name)
        #expect(!text.isEmpty)
        let findings = SDPValidator.check(text, origin: origin, isOffer: offer == nil, counterpart: offer.map(ValidationSample.file))
        let errors = findings.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors)")
        if origin == .meta {
            let warnings = findings.filter { $0.severity == .warning }
            #expect(warnings.isEmpty, "\(warnings)")
        }
    }

    @Test func secondAnswerHasToBeTheSameText() throws {
        let first = ValidationSample.ourAnswer.text
        #expect(SDPValidator.checkSecondAnswer(first, first: first).isEmpty)
        let keys = first.replacing("a=ice-pwd:q", with: "a=ice-pwd:r")
        let finding = try #require(SDPValidator.checkSecondAnswer(keys, first: first).first)
        #expect(finding.rule == "second-answer" && finding.severity == .error && finding.line == 21)
        #expect(finding.message.contains("a=ice-pwd") && !finding.message.contains("Bb+j") && finding.metaError?.hasPrefix("100 ") == true)
        #expect(SDPValidator.checkSecondAnswer(first.replacing("\r\n", with: "\n"), first: first).first?.line == 1)
        #expect(SDPValidator.checkSecondAnswer(first + "a=x\r\n", first: first).first?.line == 24)
        // Equal characters are not equal bytes.
        #expect(SDPValidator.checkSecondAnswer("s=\u{e9}\r\n", first: "s=e\u{301}\r\n").count == 1)
        #expect(SDPValidator.checkSecondAnswer("", first: first).count == 1)
    }
}
