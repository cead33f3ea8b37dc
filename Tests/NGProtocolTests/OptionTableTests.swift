@testable import NGProtocol
import Testing

@Suite struct OptionTableTests {
    @Test func noSpellingStandsTwice() {
        for kind in [true, false] {
            let entries = OptionTable.entries.filter { $0.form.isFlag == kind }
            let spellings = entries.flatMap { Set($0.spellings.map(OptionTable.canonical)) }
            #expect(spellings.count == Set(spellings).count)
        }
    }

    @Test func everyEntryIsDescribed() {
        #expect(OptionTable.entries.allSatisfy { !$0.summary.isEmpty && (!$0.summary.hasSuffix(".") || $0.summary.hasSuffix("...")) })
        #expect(OptionTable.entries.filter { $0.form == .prefix }.allSatisfy { $0.name.hasSuffix("-") })
    }

    @Test func blankHyphenAndUnderscoreAreOne() {
        for key in ["transport protocol", "transport-protocol", "transport_protocol"] {
            #expect(NGMessage([(key, "RTP/AVP")].dictionary).media.transport == .rtpAVP)
        }
        for flag in ["SIP-source-address", "SIP source address"] {
            #expect(message(flags: flag).media.addressing.usesSIPSource == true)
        }
        #expect(message(flags: "trust address").media.addressing.usesSIPSource == false)
    }

    @Test func listsMayBeStringsWithCommas() {
        #expect(NGMessage(["rtcp-mux": "offer,require"]).media.rtcpMux == [.offer, .require])
        #expect(NGMessage(["flags": "strict-source,generate-mid"]).media.generateMID)
        #expect(NGMessage(["codec": ["strip": "opus,G722"]]).media.codecs.strip == ["opus", "G722"])
        #expect(NGMessage(["replace": "origin"]).media.replace == [.origin])
    }

    @Test func numbersMayBeStrings() {
        #expect(NGMessage(["ptime": "20", "ptime-reverse": 30]).media.packetTime == 20)
        #expect(NGMessage(["ptime": "20", "ptime reverse": 30]).media.packetTimeReverse == 30)
        for length in [0, -20, 1001] as [NGValue] { #expect(NGMessage(["ptime": length, "ptime-reverse": length]).media == MediaOptions()) }
        let wrong = NGMessage([("ptime", "20"), ("ptime", "soon")].dictionary)
        #expect(wrong.media.packetTime == 20)
        #expect(wrong.warnings == ["value 'soon' of 'ptime' is not understood"])
    }

    @Test func laterKeysWin() {
        let message = NGMessage([
            ("transport-protocol", "RTP/AVP"), ("ICE", "force"), ("transport-protocol", "RTP/SAVPF"), ("ICE", "remove"),
        ].dictionary)
        #expect(message.media.transport == .rtpSAVPF)
        #expect(message.media.ice.mode == .remove)
    }

    @Test func unknownThingsAreWarningsNeverErrors() {
        let message = NGMessage([
            "wat": 1, "flags": ["nonsense"], "replace": ["moon"], "ICE": ["warm"], "rtcp-mux": [], "codec": "opus", "sdp": [1],
        ])
        #expect(message.warnings == [
            "key 'wat' is unknown", "flag 'nonsense' is unknown", "value 'moon' of 'replace' is not understood",
            "value 'warm' of 'ICE' is not understood", "value '(not a dictionary)' of 'codec' is not understood",
            "value '(not a string)' of 'sdp' is not understood",
        ])
        #expect(message.media == MediaOptions())
    }

    @Test func warningsAreBounded() {
        let flags = (0..<500).map { NGValue.string("flag\($0)" + String(repeating: "x", count: 500)) }
        let message = NGMessage(["flags": .list(flags)])
        #expect(message.warnings.count == 32)
        #expect(message.warnings.allSatisfy { $0.count < 120 })
    }

    @Test func optionsOfLaterReleasesSaySo() {
        #expect(message(flags: "record-call").warnings == ["flag 'record-call' is not supported"])
        #expect(message(flags: "symmetric", "no-redis-update").warnings.isEmpty)
    }
}

extension Array where Element == (String, NGValue) {
    var dictionary: NGDictionary { NGDictionary(self) }
}
