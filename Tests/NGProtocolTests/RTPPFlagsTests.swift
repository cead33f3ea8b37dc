@testable import NGProtocol
import Testing

@Suite struct RTPPFlagsTests {
    private func parse(_ text: String) -> NGMessage { NGMessage(["rtpp-flags": .string(text)]) }

    @Test func whatKamailioSends() {
        let message = parse(
            "replace-origin replace-session-connection ICE=remove RTP/AVP DTLS=off rtcp-mux-demux codec-mask-opus "
                + "codec-transcode-PCMU trust-address")
        #expect(message.warnings.isEmpty)
        #expect(message.media.replace == [.origin])
        #expect(message.media.ice.mode == .remove)
        #expect(message.media.transport == .rtpAVP)
        #expect(message.media.dtls.mode == .off)
        #expect(message.media.rtcpMux == [.demux])
        #expect(message.media.codecs.mask == ["opus"])
        #expect(message.media.codecs.transcode == ["PCMU"])
        #expect(message.media.addressing.usesSIPSource == false)
    }

    @Test func nestedValues() {
        let message = parse("codec=[strip=[opus G722] transcode=PCMU] flags=[fatal strict-source] codec-except=[PCMA] transcode=PCMA")
        #expect(message.media.codecs.strip == ["opus", "G722"])
        #expect(message.media.codecs.transcode == ["PCMU", "PCMA"])
        #expect(message.media.codecs.except == ["PCMA"])
        #expect(message.fields.isFatal && message.media.addressing.strictSource)
    }

    @Test func transportInPieces() {
        #expect(parse("SRTP AVPF").media.transport == .rtpSAVPF)
        #expect(parse("DTLS AVPF").media.transport == .dtlsSAVPF)
        #expect(parse("RTP AVP").media.transport == .rtpAVP)
        #expect(parse("generate-mid").media.transport == nil)
    }

    @Test func tagsAndDirections() {
        let message = parse("to-tag=b from-tag=a internal direction=pub external")
        #expect(message.fields.heedsToTag && message.fields.toTag == "b" && message.fields.fromTag == "a")
        #expect(message.media.addressing.fromInterface == "internal" && message.media.addressing.toInterface == "pub")
        #expect(message.warnings == ["value 'external' of 'direction' is one too many"])
    }

    @Test func wholeProtocolsBeginAnew() {
        #expect(parse("SRTP AVPF RTP/AVP").media.transport == .rtpAVP)
        #expect(parse("RTP/AVP SRTP").media.transport == .rtpSAVP)
        #expect(parse("RTP/SAVPF RTP").media.transport == .rtpAVPF)
        #expect(parse("UDP/TLS/RTP/SAVP AVPF").media.transport == .dtlsSAVPF)
        #expect(parse("transport-protocol=RTP/SAVP").media.transport == .rtpSAVP)
    }

    @Test func aTagInTheStringIsMeant() {
        #expect(parse("from-tag=a").fields.parties.isDirectional)
        #expect(parse("to_tag=a").fields.heedsToTag && !parse("to_tag=a").fields.parties.isDirectional)
        #expect(!NGMessage(["from-tag": "a", "to-tag": "b"]).fields.parties.isDirectional)
    }

    @Test func aKeyWithoutAValueIsAFlag() { #expect(parse("fatal= to-tag=").fields.isFatal) }

    @Test func codecWords() {
        let codecs = parse("""
            transcode-opus transcode=G722 codec-transcode=[PCMA PCMU] codec-strip-speex codec-strip=[GSM] codec-offer=opus \
            codec-mask=[a b] codec-set=opus/48000/2////cbr--1 codec-accept=any codec-except=PCMA codec=[consume=[x] ignore=y]
            """).media.codecs
        #expect(codecs.transcode == ["opus", "G722", "PCMA", "PCMU"] && codecs.strip == ["speex", "GSM"] && codecs.offer == ["opus"])
        #expect(codecs.mask == ["a", "b"] && codecs.set == ["opus/48000/2////cbr=1"] && codecs.accept == ["any"])
        #expect(codecs.except == ["PCMA"] && codecs.consume == ["x"] && codecs.ignore == ["y"])
    }

    @Test func listsWithinLists() {
        var parser = RTPPFlagsParser("a=[[b c] [d=e f] g=h] k=[l=[m [n=o]] p] q=[ ] r")
        #expect(parser.next()?.value == [["b", "c"], ["d": "e", "f": ""], "g=h"])
        #expect(parser.next()?.value == ["l": ["m", ["n": "o"]], "p": ""])
        #expect(parser.next()?.value == [])
        #expect(parser.next()?.name == "r")
        #expect(parser.next() == nil)
    }

    @Test func depthIsBounded() {
        let text = "a=" + String(repeating: "[", count: 100) + "x" + String(repeating: "]", count: 100) + " fatal"
        #expect(parse(text).fields.isFatal)
        func depth(_ value: NGValue?) -> Int {
            if case .list(let values)? = value { 1 + (values.map { depth($0) }.max() ?? 0) } else { 0 }
        }
        var parser = RTPPFlagsParser(text)
        #expect(depth(parser.next()?.value) == BencodeDecoder.maximumDepth)
    }

    /// Each `rtpp-flags=` begins a text of its own; a hostile message has thousands of them.
    @Test func textsWithinTextsAreBounded() {
        #expect(parse("rtpp-flags=fatal").fields.isFatal)
        #expect(!parse(String(repeating: "rtpp-flags=", count: 5_000) + "fatal").fields.isFatal)
    }

    @Test func strayBracketsEndSomeTime() {
        #expect(parse(String(repeating: "]", count: 60_000) + " fatal").fields.isFatal)
        #expect(parse("a=" + String(repeating: "[", count: 60_000)).fields == MessageFields())
    }
}
