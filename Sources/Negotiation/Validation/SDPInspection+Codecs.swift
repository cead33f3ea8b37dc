import SDP

/// Codecs and their payload types.
extension SDPInspection {
    mutating func checkCodecs() {
        guard let audio = text.audio, audio.port != 0 else { return }
        let codecs = text.codecs
        checkPayloadTypes(audio)
        checkMaps(audio)
        let voices = codecs.filter(\.isVoice)
        if voices.isEmpty {
            report(.codecMissing, at: audio.number)
        } else if isOffer, !voices.contains(where: { $0.name == "opus" }) {
            report(.opusMissing, at: audio.number)
        }
        for codec in codecs {
            if codec.name == "opus" { checkOpus(codec) }
            if !codec.isVoice, !codec.isDigits, !codec.isComfortNoise { report(.codecUnused, at: codec.line, Self.excerpt(codec.name)) }
        }
        let spoken = codecs.filter { !$0.isDigits && !$0.isComfortNoise }
        if !isOffer, spoken.count > 1 { report(.opusOnlyOne, at: audio.number) }
        if let codec = codecs.first(where: \.isG711) { report(.g711, at: codec.line) }
    }

    private static let ofFormats = ["rtpmap", "fmtp", "rtcp-fb"]

    private mutating func checkPayloadTypes(_ audio: ScannedMedia) {
        let isMultiplexed = audio.has("rtcp-mux")
        let mapped = Set(audio.attributes("rtpmap").compactMap { $0.words.first.flatMap { RTPMap.payloadType($0) } })
        var seen: Set<UInt8> = []
        for text in audio.formats {
            guard let type = RTPMap.payloadType(text) else {
                report(.payloadTypeMalformed, at: audio.number, Self.excerpt(text))
                continue
            }
            if !seen.insert(type).inserted { report(.payloadTypeTwice, at: audio.number, "\(type)") }
            if isMultiplexed, (64...95).contains(type) { report(.payloadTypeRTCP, at: audio.number, "\(type)") }
            if !mapped.contains(type), StaticPayloadTypes.codec(type) == nil { report(.rtpmapMissing, at: audio.number, "\(type)") }
        }
        for line in audio.lines where Self.ofFormats.contains(where: line.line.isAttribute) {
            guard let type = line.words.first.flatMap({ RTPMap.payloadType($0) }), !seen.contains(type) else { continue }
            report(.payloadTypeUnlisted, at: line.number, "\(type)")
        }
    }

    private mutating func checkMaps(_ audio: ScannedMedia) {
        var seen: Set<UInt8> = []
        for line in audio.attributes("rtpmap") {
            guard let map = RTPMap(parsing: line.value) else {
                report(.rtpmapMalformed, at: line.number)
                continue
            }
            if !seen.insert(map.payloadType).inserted { report(.rtpmapTwice, at: line.number, "\(map.payloadType)") }
            guard let known = StaticPayloadTypes.codec(map.payloadType) else { continue }
            let isSame = known.encodingName.lowercased() == map.encodingName.lowercased() && known.clockRate == map.clockRate
            if !isSame { report(.payloadTypeStatic, at: line.number, "\(map.payloadType) \(Self.excerpt(map.encodingName))") }
        }
    }

    private mutating func checkOpus(_ codec: ScannedCodec) {
        if codec.clockRate != 48_000 || codec.channels != 2 { report(.opus48000, at: codec.line) }
        guard let (parameters, line) = text.parameters(of: codec.payloadType) else { return report(.opusFEC, at: codec.line) }
        func isOutside(_ key: String, _ range: ClosedRange<Int>) -> Bool {
            parameters[key] != nil && !(parameters.integer(key).map(range.contains) ?? false)
        }
        if isOutside("maxaveragebitrate", 6_000...510_000) { report(.opusBitRate, at: line) }
        if isOutside("maxplaybackrate", 8_000...48_000) || isOutside("sprop-maxcapturerate", 8_000...48_000) {
            report(.opusPlaybackRate, at: line)
        }
        if isOutside("minptime", 3...20) { report(.opusMinimumPacketTime, at: line) }
        if !parameters.flag("useinbandfec") { report(.opusFEC, at: line) }
        if parameters.flag("stereo") || parameters.flag("sprop-stereo") { report(.opusStereo, at: line) }
    }
}
