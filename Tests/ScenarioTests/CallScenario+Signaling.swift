import Negotiation
import NGProtocol
import PeerSimulator
import RTP
import Testing
import Wire

// The ways in which calls come about, and what an integrator tells the relay.

extension CallScenario {
    /// The WhatsApp user calls: Meta's offer, the PBX's answer.
    /// - Parameter answerDelay: until the PBX picks up [ms].
    func userCalls(answerDelay: Int = 0) throws {
        let offer = try negotiate(offerOfMeta(), isOffer: true, options: toPBX)
        run(milliseconds: answerDelay)
        let answer = try negotiate(pbx.makeAnswer(to: offer, at: now), isOffer: false, options: backToWhatsApp)
        whatsApp.receiveAnswer(answer, at: now)
    }

    /// The WhatsApp user calls, and the PBX sends its SDP with 183: pre-accept, early media, and the accept with 200.
    /// - Parameter ringing: between 183 and 200 [ms].
    func userCallsWithEarlyMedia(ringing: Int) throws {
        let offer = try negotiate(offerOfMeta(), isOffer: true, options: toPBX)
        whatsApp.receivePreAccept(
            try negotiate(pbx.makeAnswer(to: offer, at: now), isOffer: false, options: backToWhatsApp), at: now)
        run(milliseconds: ringing)
        whatsApp.receiveAccept(try negotiate(pbx.makeAnswer(to: offer, at: now), isOffer: false, options: backToWhatsApp), at: now)
    }

    /// The WhatsApp user calls; `early-answer` gives the pre-accept before the PBX has said a word, and its answer the accept.
    /// - Parameters:
    ///   - answerDelay: until the PBX picks up [ms].
    ///   - holds: `hold-until-accept`.
    func userCallsWithPreAccept(answerDelay: Int, holds: Bool = false) throws {
        var options = toPBX
        options.whatsApp.isOn = true
        options.whatsApp.answersEarly = true
        options.whatsApp.holdsUntilAccept = holds
        let offer = try negotiate(offerOfMeta(), isOffer: true, options: options)
        whatsApp.receivePreAccept(try #require(earlyAnswer), at: now)
        run(milliseconds: answerDelay)
        var back = backToWhatsApp
        back.whatsApp.isOn = true
        whatsApp.receiveAccept(try negotiate(pbx.makeAnswer(to: offer, at: now), isOffer: false, options: back), at: now)
    }

    /// The answer that the relay gave by itself, to the party that offered.
    var earlyAnswer: String? { lastResult?.answer }

    /// The PBX re-invites, and the relay answers by itself (`local`).
    /// - Parameter tag: the PBX's.
    func reofferLocally(_ change: PBXEndpoint.Reoffer, from tag: String) throws {
        var options = MediaOptions()
        options.whatsApp.isOn = true
        options.whatsApp.isLocal = true
        if !setup.hasOnlyTheFlag { options.replace = [.origin] }
        if !setup.pbxMultiplexes { options.rtcpMux = [.demux] }
        try negotiate(pbx.makeReoffer(change), isOffer: true, options: options, from: tag)
        pbx.receiveAnswer(try #require(earlyAnswer), at: now)
    }

    /// The business calls: the PBX's offer, Meta's answer.
    /// - Parameter answerDelay: until the WhatsApp user picks up [ms].
    func businessCalls(answerDelay: Int = 0) throws {
        let offer = try negotiate(pbx.makeOffer(), isOffer: true, options: toWhatsApp)
        run(milliseconds: answerDelay)
        metaSDP = whatsApp.makeAnswer(to: offer, at: now)
        pbx.receiveAnswer(try negotiate(metaSDP, isOffer: false, options: backToPBX), at: now)
    }

    /// The PBX that made the call re-invites. Meta must not hear of it, so the integrator answers with what Meta said before.
    func reoffer(_ change: PBXEndpoint.Reoffer) throws {
        try negotiate(pbx.makeReoffer(change), isOffer: true, options: toWhatsApp)
        pbx.receiveAnswer(try negotiate(metaSDP, isOffer: false, options: backToPBX), at: now)
    }

    private func offerOfMeta() -> String {
        metaSDP = whatsApp.makeOffer(at: now)
        return metaSDP
    }

    /// From now on this share of the handshake (STUN and DTLS) is lost, in both directions.
    func loseHandshake(_ share: Double) {
        var random = SplitMix64(seed: setup.seed &* 0x9e37_79b9)
        tap = { delivery in
            let kind = delivery.bytes.withBytes(PacketKind.classify)
            guard kind == .stun || kind == .dtls else { return delivery }
            return Double(random.next() >> 11) / Double(1 << 53) < share ? nil : delivery
        }
    }

    // MARK: - Options

    private var isOpusOnly: Bool { setup.pbxCodec == .opus }
    /// `whatsapp` and nothing else.
    private var onlyTheFlag: MediaOptions {
        var options = MediaOptions()
        options.whatsApp.isOn = true
        return options
    }
    private var pbxProtocol: TransportProtocol? { TransportProtocol(rawValue: setup.pbxTransport) }

    /// What an integrator sends with Meta's offer.
    var toPBX: MediaOptions {
        if setup.hasOnlyTheFlag { return onlyTheFlag }
        var options = MediaOptions()
        options.transport = pbxProtocol
        options.ice.mode = .remove
        options.dtls.mode = .off
        options.replace = [.origin]
        options.rtcpMux = setup.pbxMultiplexes ? [.offer] : [.demux]
        if !isOpusOnly {
            options.codecs.mask = ["opus"]
            options.codecs.transcode = [setup.pbxCodec == .pcma ? "PCMA" : "PCMU"]
        }
        return options
    }

    var backToWhatsApp: MediaOptions {
        if setup.hasOnlyTheFlag { return onlyTheFlag }
        var options = MediaOptions()
        options.ice.mode = setup.keying == .dtls ? .force : .asOffered
        options.replace = [.origin]
        return options
    }

    /// What an integrator sends with the PBX's offer.
    var toWhatsApp: MediaOptions {
        if setup.hasOnlyTheFlag {
            var options = onlyTheFlag
            // What the number is set to, nobody but the integrator knows.
            if setup.keying == .sdes { options.transport = .rtpSAVP }
            return options
        }
        var options = MediaOptions()
        options.transport = setup.keying == .dtls ? .dtlsSAVPF : .rtpSAVP
        options.ice.mode = setup.keying == .dtls ? .force : .remove
        options.replace = [.origin]
        options.rtcpMux = [.offer, .require]
        options.generateMID = true
        if !isOpusOnly {
            options.codecs.mask = ["PCMU", "PCMA"]
            options.codecs.transcode = ["opus"]
        }
        return options
    }

    var backToPBX: MediaOptions {
        if setup.hasOnlyTheFlag { return onlyTheFlag }
        var options = MediaOptions()
        options.ice.mode = .remove
        options.replace = [.origin]
        if !setup.pbxMultiplexes { options.rtcpMux = [.demux] }
        return options
    }
}
