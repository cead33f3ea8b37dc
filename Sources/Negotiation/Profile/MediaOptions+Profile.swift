import NGProtocol

extension MediaOptions {
    /// The options of an offer as they are meant for the answerer: where Meta takes part, what is not said has other defaults, and
    /// what Meta cannot do is not asked of it.
    func meant(for leg: Leg, isNew: Bool) -> MediaOptions {
        if leg.profile == .whatsApp { return towardMeta(leg, isNew: isNew) }
        guard leg.facesMeta else { return self }
        var options = self
        options.transport = transport ?? (isNew ? .rtpAVP : leg.transport)
        if ice.mode == .asOffered { options.ice.mode = !isNew && leg.ice != nil ? .force : .remove }
        return options
    }

    /// DTLS-SRTP with ICE, or SDES without where the offer says so (`transport-protocol` = `RTP/SAVP`, `DTLS` = `off`): a number has
    /// the one or the other. One suite, as in Meta's own samples, unless others are named.
    private func towardMeta(_ leg: Leg, isNew: Bool) -> MediaOptions {
        let isSDES = isNew ? transport == .rtpSAVP || transport == .rtpSAVPF || dtls.mode == .off : !leg.transport.isDTLS
        var options = self
        options.transport = isSDES ? .rtpSAVP : .dtlsSAVPF
        options.ice.mode = isSDES ? .remove : .force
        options.rtcpMux = [.offer, .require]
        options.dtls.mode = isSDES ? .off : .unspecified
        options.sdes.isOff = !isSDES
        options.sdes.noNew = false
        if sdes.only.isEmpty, sdes.except.isEmpty, sdes.order.isEmpty { options.sdes.only = ["AES_CM_128_HMAC_SHA1_80"] }
        // Without ICE there is one address, and that of Meta's relay is IPv4.
        if isNew { options.addressing.family = addressing.family ?? (addressing.mediaAddress == nil ? .v4 : nil) }
        return options
    }
}

extension CodecOptions {
    /// No codec is named, whatever else is said.
    var namesNone: Bool { (strip + except + offer + transcode + mask + accept + consume + set + ignore).isEmpty }

    /// As `mask` = `all` with these to convert to.
    func converting(to names: [String]) -> CodecOptions {
        var options = self
        options.mask = mask + ["all"]
        options.transcode = transcode + names
        return options
    }
}
