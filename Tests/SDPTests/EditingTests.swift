import SDP
import Testing
import Wire

@Suite struct EditingTests {
    private var media: MediaDescription {
        var media = MediaDescription(kind: "audio", port: 9, transport: "RTP/AVP", formats: ["0"])
        media.lines = [.attribute("a", "1"), .attribute("flag"), .attribute("a", "2"), .attribute("b", "3")]
        return media
    }

    @Test func settingReplacesTheFirstInPlaceAndRemovesTheOthers() {
        var media = media
        media.setAttribute("a", "new")
        #expect(media.lines.map(\.value) == ["a:new", "flag", "b:3"])
        media.setAttribute("c")
        #expect(media.lines.last?.value == "c")
    }

    @Test func removingTakesEveryOne() {
        var media = media
        media.removeAttributes(["a", "flag"])
        #expect(media.lines.map(\.value) == ["b:3"])
        #expect(media.attribute("a") == nil && !media.hasAttribute("flag"))
    }

    @Test func aConnectionGoesWhereTheGrammarWantsIt() throws {
        let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\na=x\r\nm=audio 9 RTP/AVP 0\r\nb=AS:64\r\n"
        var description = try SessionDescription(parsing: text)
        let address = SDPAddress(try #require(IPAddress("2001:db8::5")))
        description.connection = address
        description.media[0].connection = address
        #expect(description.lines.map(\.type) == ["v", "o", "s", "c", "t", "a"])
        #expect(description.media[0].lines.map(\.description) == ["c=IN IP6 2001:db8::5", "b=AS:64"])
        description.media[0].connection = nil
        #expect(description.media[0].connection == nil && description.connection(of: description.media[0]) == address)
    }

    @Test func theOriginIsEditedInPlace() throws {
        var description = try SessionDescription(parsing: SDPSamples.text("sip-sdes-business-initiated-offer"))
        description.origin?.address = SDPAddress(IPAddress(v4: 0x7f000001))
        #expect(description.lines[1].value == "root 1185414872 1185414872 IN IP4 127.0.0.1")
    }

    @Test func directionsReverse() {
        #expect(MediaDirection.allCases.map(\.reversed) == [.sendrecv, .recvonly, .sendonly, .inactive])
    }
}
