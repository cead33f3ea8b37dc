import SDP
import Testing

@Suite struct RoundTripTests {
    @Test func samplesComeBackByteForByte() throws {
        #expect(SDPSamples.all.count == 9)
        for sample in SDPSamples.all {
            #expect(try SessionDescription(parsing: sample.text).description == sample.text, "\(sample.name)")
        }
    }

    @Test func unknownLinesStayVerbatimAndInPlace() throws {
        let description = try SessionDescription(parsing: SDPSamples.odd)
        #expect(description.description == SDPSamples.odd.replacing("\n", with: "\r\n"))
        #expect(description.media.map(\.kind) == ["video", "audio", "application"])
        #expect(description.media[0].portCount == 2)
    }

    @Test func lineEndsBecomeCRLFWhateverTheyWere() throws {
        let body = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", "m=audio 9 RTP/AVP 0"]
        let wanted = body.map { $0 + "\r\n" }.joined()
        for end in ["\n", "\r\n", "\r\r\n", "\n\n"] {
            #expect(try SessionDescription(parsing: body.joined(separator: end)).description == wanted)
        }
    }

    /// A combining mark after `=` or `:` joins with it into one `Character`; the grammar is about bytes.
    @Test func combiningMarksDoNotHideSeparators() throws {
        let text = "v=0\r\ns=\u{301}x\r\na=name:\u{301}y\r\n"
        let description = try SessionDescription(parsing: text)
        #expect(description.description.utf8.elementsEqual(text.utf8))
        #expect(description.attribute("name")?.utf8.count == 3)
    }
}
