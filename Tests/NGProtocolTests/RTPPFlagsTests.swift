import NGProtocol
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

    @Test func strayBracketsEndSomeTime() {
        #expect(parse(String(repeating: "]", count: 60_000) + " fatal").fields.isFatal)
        #expect(parse("a=" + String(repeating: "[", count: 60_000)).fields == MessageFields())
    }
}
