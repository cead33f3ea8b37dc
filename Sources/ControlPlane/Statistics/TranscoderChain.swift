import MediaCore

/// From what to what, in rtpengine's words: `PCMU/8000 -> opus/48000/2`.
struct TranscoderChain: Hashable, Comparable, CustomStringConvertible {
    let description: String
    /// RTP clock [Hz].
    let outputClockRate: Int

    init(_ input: PayloadPlan, _ output: PayloadPlan) {
        description = "\(Self.name(input)) -> \(Self.name(output))"
        outputClockRate = output.clockRate
    }

    static func < (a: TranscoderChain, b: TranscoderChain) -> Bool { a.description < b.description }

    /// Such as `opus/48000/2`.
    static func name(_ payload: PayloadPlan) -> String {
        let channels = payload.channels > 1 ? "/\(payload.channels)" : ""
        return "\(payload.codecName)/\(payload.clockRate)\(channels)"
    }
}

extension PayloadPlan {
    /// As in `a=rtpmap`.
    var codecName: String {
        switch format {
        case .opus: "opus"
        case .telephoneEvent: "telephone-event"
        case .comfortNoise: "CN"
        case .other(let name): name
        default: "\(format)".uppercased()
        }
    }
}

extension MediaPlan {
    /// What the peer is expected to send: of what it may, what it likes best itself.
    fileprivate var spoken: PayloadPlan? {
        let announced = receivePayloads.filter(\.format.isAudio)
        return sendPayloads.first { wanted in announced.contains(where: wanted.isSame) } ?? announced.first
    }
}

extension PayloadPlan {
    fileprivate func isSame(as other: PayloadPlan) -> Bool { format == other.format && clockRate == other.clockRate }
}

extension CallPlan {
    /// What the audio for an m-line is converted from and to; `nil` where it passes as it comes.
    func transcoder(of index: Int) -> TranscoderChain? {
        guard media.indices.contains(index), media[index].isActive, let source = media[index].source, media.indices.contains(source),
              let input = media[source].spoken, !media[index].sendPayloads.contains(where: input.isSame),
              let output = media[index].sendPayloads.first(where: \.format.isAudio) else { return nil }
        return input.format.isTranscodable && output.format.isTranscodable ? TranscoderChain(input, output) : nil
    }
}
