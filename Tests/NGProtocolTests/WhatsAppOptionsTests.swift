import NGProtocol
import Testing

/// The flag `whatsapp` and its parts, in all the ways in which options come.
@Suite struct WhatsAppOptionsTests {
    @Test func flagsAndKeys() {
        let media = NGMessage([
            "flags": ["whatsapp", "whatsapp-to", "early-answer", "hold until accept", "local", "no-first-packet", "keep_alive"],
            "hold-file": "/srv/music.wav", "allowed-sources": ["meta", "10.0.0.0/8"],
        ]).media
        let options = media.whatsApp
        #expect(options.isOn && options.side == .to && options.answersEarly && options.holdsUntilAccept && options.isLocal)
        #expect(options.sendsFirstPacket == false && options.keepsAlive == true && options.buffersEarlyMedia == nil)
        #expect(options.holdFile == "/srv/music.wav" && media.addressing.allowedSources == ["meta", "10.0.0.0/8"])
    }

    @Test func oneString() {
        let message = NGMessage(["rtpp-flags": """
            whatsapp-from profile=whatsapp no-early-media-buffer prefer-g711 no-sdp-report \
            allowed-sources=[meta 2001:db8::/32] hold-file=/a.wav
            """])
        let options = message.media.whatsApp
        #expect(options.isOn && options.side == .from && options.buffersEarlyMedia == false && options.prefersG711 == true)
        #expect(options.reportsSDP == false && options.holdFile == "/a.wav")
        #expect(message.media.addressing.allowedSources == ["meta", "2001:db8::/32"] && message.warnings.isEmpty)
    }

    @Test(arguments: ["early-media-buffer", "first-packet", "keep-alive", "prefer-g711", "sdp-report"])
    func everyPartHasItsOpposite(_ name: String) {
        let parts: [KeyPath<WhatsAppOptions, Bool?>] = [\.buffersEarlyMedia, \.sendsFirstPacket, \.keepsAlive, \.prefersG711, \.reportsSDP]
        for (flags, expected) in [([name], true), (["no-" + name], false), ([name, "no-" + name], false)] {
            let options = NGMessage(["flags": .list(flags.map { .string($0) })]).media.whatsApp
            #expect(parts.map { options[keyPath: $0] }.compactMap { $0 } == [expected])
        }
    }

    @Test func whatIsNotUnderstoodIsWarnedOf() {
        let message = NGMessage(["profile": "moon", "allowed-sources": [], "flags": ["whatsapp-both"]])
        #expect(message.media == MediaOptions())
        #expect(message.warnings == [
            "value 'moon' of 'profile' is not understood", "value '(no network)' of 'allowed-sources' is not understood",
            "flag 'whatsapp-both' is unknown",
        ])
    }

    @Test func answersAreNeitherEarlyNorLocal() throws {
        let request = try NGRequest([
            "command": "answer", "sdp": "v=0", "call-id": "a", "from-tag": "b", "to-tag": "c",
            "flags": ["whatsapp", "early-answer", "local", "hold-until-accept"],
        ])
        guard case .answer(let answer) = request.command else { return #expect(Bool(false)) }
        #expect(answer.media.whatsApp.isOn && answer.media.whatsApp.holdsUntilAccept)
        #expect(!answer.media.whatsApp.answersEarly && !answer.media.whatsApp.isLocal)
    }
}
