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
        ("force", ICEOptions.Mode.force), ("remove", .remove), ("force_relay", .forceRelay), ("force relay", .forceRelay),
        ("optional", .optional), ("default", .asOffered),
    ])
    func iceModes(_ word: String, _ mode: ICEOptions.Mode) { #expect(NGMessage(["ICE": .string(word)]).media.ice.mode == mode) }

    @Test(arguments: [
        ("lite", ICEOptions.Lite.forward), ("lite-fwd", .forward), ("lite_offer", .forward), ("lite-backwards", .backward),
        ("lite bkw", .backward), ("lite-both", .both), ("lite-off", .none), ("no-lite", .none),
    ])
    func iceLite(_ word: String, _ lite: ICEOptions.Lite) {
        let message = NGMessage(["ICE": ["force", .string(word)]])
        #expect(message.media.ice.lite == lite && message.media.ice.mode == .force && message.warnings.isEmpty)
        guard let short = word.split(whereSeparator: { "-_ ".contains($0) }).last, word.hasPrefix("lite"), word != "lite" else { return }
        #expect(NGMessage(["ice lite": .string(String(short))]).media.ice.lite == lite)
    }

    @Test func iceOptions() {
        let ice = NGMessage(["ICE": ["force", "trickle", "ice2"]]).media.ice
        #expect(ice.mode == .force && ice.trickles && ice.saysICE2)
        #expect(message(flags: "trickle ICE").media.ice.trickles)
        #expect(message(flags: "reject-ice").media.ice.rejects)
        #expect(NGMessage(["ICE": ["lite-sideways"]]).warnings == ["value 'lite-sideways' of 'ICE' is not understood"])
    }

    @Test func requireImpliesOffer() { #expect(NGMessage(["rtcp-mux": ["require"]]).media.rtcpMux == [.offer, .require]) }

    @Test func webRTCIsASetOfOptions() {
        let media = message(flags: "WebRTC").media
        #expect(media.transport == .dtlsSAVPF && media.ice.mode == .force && media.sdes.isOff && media.generateMID && media.noRTCPAttribute)
        #expect(media.rtcpMux == [.offer, .require])
        #expect(media.ice.trickles && media.offersBundle)
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

    @Test func rtcp() {
        // Known, and without effect.
        #expect(NGMessage(["generate-RTCP": "on", "flags": ["generate-RTCP"]]) == NGMessage([:]))
        #expect(NGMessage(["generate rtcp": "off"]).warnings.first?.contains("has no effect") == true)
        #expect(NGMessage(["RTCP mux": ["accept", "demux"]]).media.rtcpMux == [.accept, .demux])
    }

    @Test func sdesParameters() {
        let sdes = message(flags: "SDES-UNENCRYPTED_SRTP", "SDES-unencrypted_srtcp", "SDES-authenticated_srtp", "pad crypto").media.sdes
        #expect(sdes.unencryptedSRTP == true && sdes.unencryptedSRTCP == true && sdes.unauthenticatedSRTP == false && sdes.pads)
        let message = NGMessage(["SDES": ["pad", "static", "F9"]])
        #expect(message.media.sdes.pads && message.media.sdes.isStatic)
        #expect(message.warnings == ["value 'F9' of 'SDES' is not understood"])
    }

    @Test func osrtp() {
        #expect(NGMessage(["OSRTP": ["offer-rfc", "accept-legacy"]]).media.osrtp.offers)
        #expect(message(flags: "OSRTP-offer-legacy").media.osrtp.offers)
        let accepts = message(flags: "OSRTP-accept", "OSRTP-accept-RFC")
        #expect(accepts.media == MediaOptions() && accepts.warnings.isEmpty)
    }

    @Test func bundleWords() {
        let offered = NGMessage(["bundle": ["require"]]).media
        #expect(offered.offersBundle && offered.generateMID && !offered.rejectsBundle)
        #expect(NGMessage(["bundle": "offer"]).media == offered)
        #expect(NGMessage(["bundle": "strict"]).media == offered)
        #expect(message(flags: "BUNDLE-reject").media.rejectsBundle)
        let accepts = NGMessage(["BUNDLE": ["accept"]])
        #expect(accepts.media == MediaOptions() && accepts.warnings.isEmpty)
    }

    @Test func forks() {
        let forking = message(flags: "new branch", "provisional", "no-port-latching").media.forking
        #expect(forking.isNewBranch && forking.isProvisional && forking.renewsPorts)
        #expect(NGMessage(["SIP_code": "183"]).media.forking == NGMessage(["sip response code": 183]).media.forking)
        #expect(NGMessage(["sip-code": 183]).media.forking.isProvisional)
        let final = NGMessage(["sip-code": 200, "SIP-message-type": "sip_reply"])
        #expect(!final.media.forking.isProvisional && final.media.forking.sipCode == 200 && final.warnings.isEmpty)
    }

    @Test func audioAndCodecs() {
        let media = message(
            flags: "inject dtmf", "detect-DTMF", "block-dtmf", "force-transcoding", "no-jitter-buffer", "nat-wait", "pierce NAT",
            "reuse codecs", "static-codec", "allow-asymmetric-codec", "allow-transcoding", "allow-empty-codec-media"
        ).media
        let audio = media.audio
        #expect(audio.detectsDTMF && audio.blocksDTMF && audio.forcesTranscoding && audio.noJitterBuffer)
        #expect(audio.waitsForPeer && audio.piercesNAT)
        let codecs = media.codecs
        #expect(codecs.reuses && codecs.areStatic && codecs.allowsTranscoding)
        #expect(NGMessage(["audio player": "always"]).media.audio.forcesTranscoding)
        #expect(NGMessage(["player": "on"]).media == MediaOptions())
        #expect(NGMessage(["TOS": "184"]).media.typeOfService == 184)
        #expect(NGMessage(["codec": ["set": ["opus/48000/2////complexity--5"]]]).media.codecs.set == ["opus/48000/2////complexity=5"])
    }

    @Test func interfaceOfOneParty() { #expect(NGMessage(["interface": "pub"]).media.addressing.interface == "pub") }

    @Test func interfacesMayComeSingly() {
        let addressing = NGMessage(["from-interface": "priv", "to interface": "pub"]).media.addressing
        #expect(addressing.fromInterface == "priv" && addressing.toInterface == "pub")
    }
}
