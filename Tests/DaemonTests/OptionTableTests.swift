@testable import rtpbridge
import Testing

@Suite struct OptionTableTests {
    @Test func namesAndLettersAreUnique() {
        #expect(OptionSpec.all.count == OptionSpec.byName.count)
        let letters = OptionSpec.all.compactMap(\.letter)
        #expect(letters.count == Set(letters).count)
    }

    /// Whoever replaces rtpengine changes nothing in its files: all of its options are known, in Debian's version and the newest one.
    @Test func everyOptionOfRtpengineIsKnown() {
        let missing = Rtpengine.options.filter { OptionSpec.byName[$0.name] == nil }
        #expect(missing.isEmpty, "\(missing.map(\.name))")
        for option in Rtpengine.options { #expect(OptionSpec.byName[option.name]?.letter == option.letter, "\(option.name)") }
        for option in Rtpengine.flags { #expect(OptionSpec.byName[option]?.kind == .flag, "\(option)") }
    }

    @Test func whatIsIgnoredHasAReasonAndWhatIsOursIsNone() {
        for spec in OptionSpec.all {
            #expect(!spec.summary.isEmpty)
            #expect((spec.priority == .own) == !Rtpengine.options.contains { $0.name == spec.name }, "\(spec.name)")
            if spec.status != .ignored { #expect(spec.warning == nil && spec.summary.hasSuffix("."), "\(spec.name)") }
        }
    }

    @Test func defaultsAreValues() {
        for spec in OptionSpec.all where !spec.standard.isEmpty && !spec.standard.contains(" ") {
            #expect(throws: Never.self, "\(spec.name)") { try spec.normalised(spec.standard) }
        }
    }

    @Test(arguments: [
        ("port-min", "many"), ("port-min", "0"), ("port-min", "65536"), ("port-min", ""), ("max-load", "nan"), ("max-load", "-1"),
        ("max-cpu", "101"), ("endpoint-learning", "sometimes"), ("log-level", "8"), ("tos", "256"), ("shared-ports", "-1"),
        ("delete-delay", "-1"), ("event-webhook-queue", "10001"), ("mos", "good"),
    ])
    func wrongValuesAreNamed(_ name: String, _ value: String) throws {
        let spec = try #require(OptionSpec.byName[name])
        let error = #expect(throws: StartError.self) { try spec.normalised(value) }
        #expect(error?.description.hasPrefix("\(name) '\(value)'") == true)
        #expect(error?.status == 2)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func wordsAndNumbersAreRead() throws {
        #expect(try OptionSpec.byName["mos"]?.normalised("lq") == "LQ")
        #expect(try OptionSpec.byName["dtls-cert-cipher"]?.normalised("rsa") == "RSA")
        #expect(try OptionSpec.byName["tos"]?.normalised("0xb8") == "184")
        #expect(try OptionSpec.byName["max-cpu"]?.normalised("92.5") == "92.5")
    }
}
