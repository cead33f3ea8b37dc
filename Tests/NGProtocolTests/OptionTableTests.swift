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

    /// Keys as OpenSIPS writes them.
    @Test func keysWithBlanks() {
        let message = NGMessage([
            "call-id": "c", "address family": "IP6", "transport protocol": "RTP/SAVPF", "media address": "192.0.2.1", "delete-delay": 0,
            "via-branch": "z", "received-from": ["IP4", "192.0.2.7"], "replace": ["origin", "session-connection"], "from-tag": "a",
            "DTLS fingerprint": "SHA-256", "reverse ptime": "20", "record call": "on", "flags": ["trust address", "generate mid"],
        ])
        #expect(message.warnings.isEmpty && message.fields.deleteDelay == 0 && message.fields.recording.records == true)
        #expect(message.media.addressing.family == .v6 && message.media.transport == .rtpSAVPF && message.media.packetTimeReverse == 20)
        #expect(message.media.generateMID && message.media.addressing.usesSIPSource == false && message.media.replace == [.origin])
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

    /// What nobody is served with is named once, whatever its spelling, and it is no warning.
    @Test func optionsThatAreNotServedAreNamed() {
        let message = NGMessage([
            "t38": ["force"], "T.38": ["decode"], "media echo": "both",
            "flags": ["passthrough", "T38-force", "symmetric", "no-redis-update"],
        ])
        #expect(message.unserved == ["T.38", "media-echo", "passthrough", "T38-"])
        #expect(message.warnings.isEmpty && message.media == MediaOptions() && message.fields == MessageFields())
    }

    /// Whoever needs the protocol's first two classes of options is served, or told why there is nothing to do.
    @Test func onlyRareOptionsAreNotServed() {
        let unserved = OptionTable.entries.filter { $0.isUnserved && $0.priority != .p3 }.map(\.name)
        #expect(unserved == ["mix", "recording-announcement", "recording-vsc"])
        #expect(OptionTable.entries.allSatisfy { !$0.isUnserved || $0.status == .ignored })
    }

    /// Each entry that is done changes something, or says that what it was given is wrong; each that is ignored changes nothing.
    @Test func everyEntryDoesWhatItsStatusSays() {
        for entry in OptionTable.entries {
            let values: [NGValue] = ["on", "off", 17, "5", "audio-x>y", ["x"], ["a": "b"], "IP4", "RTP/AVP", "force", "x", "fatal"]
            let changes = values.contains { value in
                var message = NGMessage()
                return !entry.apply(value, &message).isEmpty || message.fields != MessageFields() || message.media != MediaOptions()
            }
            if entry.status == .ignored, !["sip-message-type", "generate-RTCP"].contains(entry.name) { #expect(!changes, "\(entry.name)") }
            if entry.status == .done, entry.name != "port-latching" { #expect(changes, "\(entry.name)") }
        }
    }
}

extension Array where Element == (String, NGValue) {
    var dictionary: NGDictionary { NGDictionary(self) }
}
