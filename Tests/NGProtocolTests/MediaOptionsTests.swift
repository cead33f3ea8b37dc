import NGProtocol
import Testing

@Suite struct MediaOptionsTests {
    @Test func prefixForms() {
        let media = message(
            flags: "codec-strip-PCMU", "codec-offer-telephone-event", "transcode-opus/48000/2////complexity--5",
            "codec-transcode-iLBC/8000/1///mode--30",
            "rtcp-mux-demux", "replace-origin", "replace-session-connection", "SDES-no-AES_CM_128_HMAC_SHA1_32", "endpoint-learning-off"
        ).media
        #expect(media.codecs.strip == ["PCMU"])
        #expect(media.codecs.offer == ["telephone-event"])
        #expect(media.codecs.transcode == ["opus/48000/2////complexity=5", "iLBC/8000/1///mode=30"])
        #expect(media.rtcpMux == [.demux])
        #expect(media.replace == [.origin])
        #expect(media.sdes.except == ["AES_CM_128_HMAC_SHA1_32"])
        #expect(!media.sdes.isOff)
        #expect(media.addressing.learning == .off)
    }

    @Test func sdesWords() {
        let words: NGValue = ["order:AES_CM_128_HMAC_SHA1_80;AEAD_AES_256_GCM;", "only-AEAD_AES_256_GCM", "prefer", "pad", "nonew"]
        let sdes = NGMessage(["SDES": words]).media.sdes
        #expect(sdes.order == ["AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"])
        #expect(sdes.only == ["AEAD_AES_256_GCM"])
        #expect(sdes.isPreferred && sdes.pad && sdes.noNew)
        #expect(message(flags: "SDES-off").media.sdes.isOff)
        #expect(NGMessage(["SDES": "no"]).media.sdes.isOff)
    }

    @Test(arguments: [
        ("force", ICEOptions.Mode.force), ("remove", .remove), ("force_relay", .forceRelay), ("optional", .optional), ("default", .default),
    ])
    func iceModes(_ word: String, _ mode: ICEOptions.Mode) { #expect(NGMessage(["ICE": .string(word)]).media.ice.mode == mode) }

    @Test(arguments: [
        ("lite", ICEOptions.Lite.forward), ("lite-offer", .forward), ("lite-backwards", .backward), ("lite-both", .both), ("no-lite", .off),
    ])
    func iceLiteWords(_ word: String, _ lite: ICEOptions.Lite) { #expect(NGMessage(["ICE": [.string(word)]]).media.ice.lite == lite) }

    @Test func requireImpliesOffer() { #expect(NGMessage(["rtcp-mux": ["require"]]).media.rtcpMux == [.offer, .require]) }

    @Test func webRTCIsASetOfOptions() {
        let media = message(flags: "WebRTC").media
        #expect(media.transport == .dtlsSAVPF && media.ice.mode == .force && media.sdes.isOff && media.generateMID && media.noRTCPAttribute)
        #expect(media.rtcpMux == [.offer, .require])
    }

    @Test func addressesAndInterfaces() {
        let addressing = NGMessage([
            "direction": ["priv", "pub"], "received-from": ["IP4", "127.0.0.2"], "media-address": "192.0.2.1", "address-family": "IP6",
        ]).media.addressing
        #expect(addressing.fromInterface == "priv" && addressing.toInterface == "pub")
        #expect(addressing.receivedFrom == "127.0.0.2")
        #expect(addressing.mediaAddress == "192.0.2.1")
        #expect(addressing.family == .v6)
    }

    @Test func dtlsAndFingerprint() {
        let dtls = NGMessage(["dtls": "passive", "DTLS-fingerprint": "sha-384"]).media.dtls
        #expect(dtls.mode == .passive)
        #expect(dtls.fingerprintHash == "SHA-384")
        #expect(NGMessage(["DTLS": ["disable"]]).media.dtls.mode == .off)
    }

    @Test func everyReplaceWord() {
        let words = ReplaceOption.allCases.map { NGValue.string($0.rawValue) }
        #expect(NGMessage(["replace": .list(words)]).media.replace == Set(ReplaceOption.allCases))
        let spelled = NGMessage(["replace": ["session name", "origin_full", "sdp-version"]]).media.replace
        #expect(spelled == [.sessionName, .originFull, .sdpVersion])
    }

    @Test func generateRTCP() {
        #expect(NGMessage(["generate-RTCP": "off"]).media.generateRTCP == false)
        #expect(message(flags: "generate-RTCP").media.generateRTCP == true)
    }

    @Test func extmap() {
        #expect(NGMessage(["extmap": ["strip": ["all"]]]).media.stripsExtmap)
        #expect(!NGMessage(["extmap": ["strip": ["urn:x"]]]).media.stripsExtmap)
    }
}
