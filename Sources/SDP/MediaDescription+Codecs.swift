/// `a=rtpmap` (RFC 8866 section 6.6).
public struct RTPMap: Sendable, Equatable {
    /// 0 to 127.
    public var payloadType: UInt8
    public var encodingName: String
    /// RTP timestamp units per second.
    public var clockRate: Int
    /// The number of channels; `nil` where none is written, which means 1 for audio.
    public var channels: Int?

    public init(payloadType: UInt8, encodingName: String, clockRate: Int, channels: Int? = nil) {
        self.payloadType = payloadType
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
    }

    public init?(parsing value: String) {
        guard let (first, following) = value.firstWord, let payloadType = RTPMap.payloadType(first),
              let encoding = following.firstWord?.0, let (name, rest) = encoding.cut(at: UInt8(ascii: "/")), !name.isEmpty
        else { return nil }
        let parts = rest.cut(at: UInt8(ascii: "/"))
        guard let clockRate = (parts?.0 ?? rest).decimal, (1...10_000_000).contains(clockRate) else { return nil }
        self.init(payloadType: payloadType, encodingName: String(name), clockRate: clockRate)
        guard let rest = parts?.1 else { return }
        guard let channels = (rest.cut(at: UInt8(ascii: "/"))?.0 ?? rest).decimal, (1...255).contains(channels) else { return nil }
        self.channels = channels
    }

    /// A payload type as `m=`, `a=rtpmap`, `a=fmtp` and `a=rtcp-fb` write it; `nil` unless it is a number from 0 to 127.
    public static func payloadType(_ text: some StringProtocol) -> UInt8? {
        text.decimal.flatMap { (0...127).contains($0) ? UInt8($0) : nil }
    }
}

extension RTPMap: CustomStringConvertible {
    /// The attribute's value: `111 opus/48000/2`.
    public var description: String { "\(payloadType) \(encodingName)/\(clockRate)\(channels.map { "/\($0)" } ?? "")" }
}

extension MediaDescription {
    /// Every well-formed `a=rtpmap`; for a payload type named twice the first one counts.
    public var rtpMaps: [RTPMap] {
        var maps: [RTPMap] = []
        maps.reserveCapacity(formats.count)
        for line in lines where line.isAttribute("rtpmap") {
            guard let map = line.content.flatMap(RTPMap.init(parsing:)) else { continue }
            if !maps.contains(where: { $0.payloadType == map.payloadType }) { maps.append(map) }
        }
        return maps
    }

    /// The text of `a=fmtp` for one payload type (RFC 8866 section 6.15).
    public func formatParameters(of payloadType: UInt8) -> String? {
        for line in lines where line.isAttribute("fmtp") { if let text = line.parameters(of: payloadType) { return text } }
        return nil
    }

    /// The values of `a=rtcp-fb` for one payload type (RFC 4585 section 4.2); those for `*` are not among them.
    public func feedback(of payloadType: UInt8) -> [String] {
        lines.compactMap { $0.isAttribute("rtcp-fb") ? $0.parameters(of: payloadType) : nil }
    }

    /// `a=ptime` [ms] (RFC 8866 section 6.4), 1 to 1000.
    public var packetTime: Int? { milliseconds("ptime") }
    /// `a=maxptime` [ms] (RFC 8866 section 6.5), 1 to 1000.
    public var maximumPacketTime: Int? { milliseconds("maxptime") }

    /// Whole milliseconds; a fraction, which some peers write, is cut off.
    private func milliseconds(_ name: String) -> Int? {
        guard let text = attribute(name)?.firstWord?.0 else { return nil }
        let whole = text.cut(at: UInt8(ascii: "."))?.0 ?? text
        return whole.decimal.flatMap { (1...1000).contains($0) ? $0 : nil }
    }
}

extension SDPLine {
    /// What follows the payload type, if it is this one.
    fileprivate func parameters(of payloadType: UInt8) -> String? {
        guard let (first, rest) = content?.cut(at: UInt8(ascii: " ")), RTPMap.payloadType(first) == payloadType else { return nil }
        return String(rest)
    }
}
