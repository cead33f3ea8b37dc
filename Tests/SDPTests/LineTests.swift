import SDP
import Testing

@Suite struct LineTests {
    /// An attribute is kept in two pieces; they make the line that they came from, wherever its first colon is.
    @Test(arguments: ["a=x", "a=x:", "a=x:y:z", "a=:y", "a=", "a=x y:\u{301}", "s=a:b", "b="])
    func aLineIsWrittenAsItWasRead(_ text: String) throws {
        let line = try #require(try SessionDescription(parsing: "v=0\r\n" + text + "\r\n").lines.last)
        #expect(line.description == text && line.value == String(text.dropFirst(2)))
        #expect(line == SDPLine(line.type, line.value))
    }

    @Test func namesAreComparedWhole() {
        let line = SDPLine("a", "rtcp-mux:x")
        #expect(line.isAttribute("rtcp-mux") && line.attributeValue == "x")
        #expect(!line.isAttribute("rtcp") && !line.isAttribute("rtcp-mux:x") && !line.isAttribute("RTCP-MUX"))
        #expect(!SDPLine("s", "rtcp-mux").isAttribute("rtcp-mux") && SDPLine("s", "a:b").attributeName == nil)
    }
}
