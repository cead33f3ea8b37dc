import SDP
import Testing
import Wire

@Suite struct TypedAccessTests {
    @Test func readsMetasWebRTCOffer() throws {
        let description = try SessionDescription(parsing: SDPSamples.text("graph-api-user-initiated-offer"))
        let media = try #require(description.media.first)
        #expect(description.origin?.sessionID == "7602563789789945080")
        #expect(description.bundledMIDs == ["audio"])
        #expect(description.isICELite(media))
        #expect(media.kind == "audio" && media.port == 40012 && media.transport == "UDP/TLS/RTP/SAVPF" && media.formats == ["111", "126"])
        #expect(description.connection(of: media)?.ip == IPAddress("31.13.65.60"))
        #expect(media.rtcp?.port == 9 && media.rtcp?.address?.ip?.isUnspecified == true)
        #expect(media.offersRTCPMux && media.mid == "audio" && description.direction(of: media) == .sendrecv)
        #expect(media.rtpMaps.map(\.description) == ["111 opus/48000/2", "126 telephone-event/8000"])
        #expect(media.formatParameters(of: 111) == "minptime=10;useinbandfec=1" && media.formatParameters(of: 126) == nil)
        #expect(media.feedback(of: 111) == ["transport-cc"])
        #expect(description.attribute("ice-ufrag", of: media) == "6k2qP1R6kBfI/2")
        #expect(media.candidates.count == 2)
        #expect(media.candidates.last?.address == TransportAddress("2a03:2880:f211:cf:face:b00c:0:6443", port: 40012))
    }

    /// As some phones and C clients send them.
    @Test func readsUserNamesWithBlanksAndAClosingNUL() throws {
        let description = try SessionDescription(parsing: "v=0\r\no=John Doe 7 8 IN IP4 192.0.2.1\r\n\u{0}")
        #expect(description.origin?.username == "John Doe" && description.origin?.sessionID == "7")
        #expect(description.origin?.sessionVersion == "8" && description.origin?.address.text == "192.0.2.1")
        #expect(description.description == "v=0\r\no=John Doe 7 8 IN IP4 192.0.2.1\r\n")
    }

    @Test func readsPacketTimes() throws {
        let media = try #require(try SessionDescription(parsing: SDPSamples.text("sip-sdes-user-initiated-offer")).media.first)
        #expect(media.packetTime == 20 && media.maximumPacketTime == 20)
        var odd = media
        odd.setAttribute("ptime", "20.0")
        #expect(odd.packetTime == 20)
        odd.setAttribute("ptime", "-20")
        #expect(odd.packetTime == nil)
    }

    @Test func addressOfTheMediaSectionWins() throws {
        let description = try SessionDescription(parsing: SDPSamples.odd)
        #expect(description.connection(of: description.media[0])?.ip == IPAddress("2001:db8::1"))
        #expect(description.connection(of: description.media[1])?.ip == IPAddress("224.2.1.1"))
        #expect(description.direction(of: description.media[0]) == .sendonly)
        #expect(description.direction(of: description.media[2]) == .sendrecv)
    }

    @Test func iceLiteCountsInTheMediaSectionToo() throws {
        var description = try SessionDescription(parsing: SDPSamples.odd)
        #expect(!description.isICELite(description.media[1]))
        description.media[1].appendAttribute("ice-lite")
        #expect(description.isICELite(description.media[1]) && !description.isICELite(description.media[0]))
    }

    @Test func formatParametersKeepOrderAndIgnoreCase() {
        let parameters = FormatParameters(" maxplaybackrate=16000; useinbandfec=1;;stereo = 0 ;0-15;MaxPlaybackRate=8000")
        #expect(parameters.parameters.map(\.key) == ["maxplaybackrate", "useinbandfec", "stereo", "0-15", "MaxPlaybackRate"])
        #expect(parameters.integer("MAXPLAYBACKRATE") == 16000)
        #expect(parameters.flag("useinbandfec") && !parameters.flag("stereo") && !parameters.flag("cbr"))
        #expect(FormatParameters("a=-1").integer("a") == nil)
    }

    @Test(arguments: [
        "", "1 1 udp 1 192.0.2.1 5000", "1 1 udp 1 192.0.2.1 5000 type host", "1 0 udp 1 192.0.2.1 5000 typ host",
            "1 1 udp 4294967296 192.0.2.1 5000 typ host",
        "1 1 udp 1 192.0.2.1 70000 typ host", "1 1 udp 1 4f1b.local 5000 typ host", "1 1 udp -1 192.0.2.1 5000 typ host",
    ])
    func malformedCandidatesAreNone(_ value: String) { #expect(SDPCandidate(parsing: value) == nil) }

    @Test func aCandidateIsWrittenAsItWasRead() throws {
        let text = "1972637320 1 udp 2113937151 31.13.65.60 40012 typ host"
        #expect(try #require(SDPCandidate(parsing: text + " generation 0 network-cost 50")).description == text)
    }

    @Test(arguments: ["128 PCMU/8000", "x PCMU/8000", "0 PCMU", "0 /8000", "0 PCMU/0", "0 PCMU/8000/0", "0", "-0 PCMU/8000"])
    func malformedRTPMapsAreNone(_ value: String) { #expect(RTPMap(parsing: value) == nil) }
}
