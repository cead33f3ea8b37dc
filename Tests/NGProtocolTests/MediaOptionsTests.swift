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
        let words: NGValue = ["order:AES_CM_128_HMAC_SHA1_80;AEAD_AES_256_GCM;", "only-AEAD_AES_256_GCM", "prefer", "lifetime", "nonew"]
        let message = NGMessage(["SDES": words])
        let sdes = message.media.sdes
        #expect(message.warnings.isEmpty)
        #expect(sdes.order == ["AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"])
        #expect(sdes.only == ["AEAD_AES_256_GCM"])
        #expect(sdes.isPreferred && sdes.lifetime && sdes.noNew)
        #expect(NGMessage(["flags": ["SDES-off"]]).media.sdes.isOff)
        #expect(NGMessage(["SDES": "no"]).media.sdes.isOff)
    }

    @Test(arguments: [
        ("force", ICEOptions.Mode.force), ("remove", .remove), ("force_relay", .force), ("optional", .force), ("default", .asOffered),
    ])
    func iceModes(_ word: String, _ mode: ICEOptions.Mode) { #expect(NGMessage(["ICE": .string(word)]).media.ice.mode == mode) }

    @Test(arguments: ["lite", "lite-offer", "lite-backwards", "lite_both"]) func weAreNeverLite(_ word: String) {
        #expect(NGMessage(["ICE": ["force", .string(word)]]).warnings == ["value '\(word)' of 'ICE' is not supported"])
    }

    @Test(arguments: ["no-lite", "lite-off", "trickle", "ice2", "force"]) func whatHoldsAnywayIsNoReasonToWarn(_ word: String) {
        #expect(NGMessage(["ICE": [.string(word)]]).warnings.isEmpty)
    }

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

    /// Asking for what holds in any case is no reason to warn; asking for the opposite is.
    @Test func whatCannotBeTurnedOff() {
        #expect(NGMessage(["generate-RTCP": "on", "extmap": ["strip": ["all"]], "rtcp-mux": ["accept"]]).warnings.isEmpty)
        #expect(message(flags: "generate-RTCP", "strip-extmap", "recrypt", "allow-asymmetric-codecs", "provisional").warnings.isEmpty)
        #expect(NGMessage(["generate-RTCP": "off"]).warnings == ["value 'off' of 'generate-RTCP' has no effect"])
        #expect(message(flags: "SDES-encrypted_srtp").warnings.isEmpty)
        let unprotected = message(flags: "SDES-UNENCRYPTED_SRTP").warnings
        #expect(unprotected == ["value 'UNENCRYPTED_SRTP' of 'SDES-' is not supported"])
    }

    @Test func whatIsKnownAndNotServedSaysSo() {
        #expect(NGMessage(["SDES": ["pad", "static", "F9"]]).warnings == [
            "value 'pad' of 'SDES' is not supported", "value 'static' of 'SDES' is not supported", "value 'F9' of 'SDES' is not understood",
        ])
        #expect(NGMessage(["ICE-lite": "both"]).warnings == ["key 'ICE-lite' is not supported"])
        #expect(message(flags: "new-branch", "pad-crypto", "loop-protect", "reuse-codecs").warnings.count == 4)
    }

    @Test func bundleWords() {
        let offered = NGMessage(["bundle": ["require"]]).media
        #expect(offered.offersBundle && offered.generateMID && !offered.rejectsBundle)
        #expect(message(flags: "BUNDLE-reject").media.rejectsBundle)
        #expect(NGMessage(["BUNDLE": ["accept"]]).media == MediaOptions())
    }

    @Test func interfacesMayComeSingly() {
        let addressing = NGMessage(["from-interface": "priv", "to interface": "pub"]).media.addressing
        #expect(addressing.fromInterface == "priv" && addressing.toInterface == "pub")
    }
}
