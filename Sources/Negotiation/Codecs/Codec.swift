import MediaCore
import SDP

/// One format of an m-line: payload type, `a=rtpmap` and `a=fmtp` together.
struct Codec: Sendable, Equatable {
    /// 0 to 127.
    var payloadType: UInt8
    var encodingName: String
    /// RTP timestamp units per second.
    var clockRate: Int
    var channels = 1
    /// The text of `a=fmtp`.
    var parameters: String?

    var format: PayloadFormat {
        switch encodingName.lowercased() {
        case "opus": .opus
        case "pcmu": .pcmu
        case "pcma": .pcma
        case "telephone-event": .telephoneEvent
        case "cn": .comfortNoise
        default: .other(encodingName.uppercased())
        }
    }

    /// Whether both mean the same coding. `telephone-event` is one at any clock rate: the events are
    /// carried over from clock to clock. Channels do not matter for Opus (RFC 7587 section 4.1).
    func isSame(as other: Codec) -> Bool {
        guard format == other.format else { return false }
        switch format {
        case .telephoneEvent, .opus: return true
        default: return clockRate == other.clockRate && channels == other.channels
        }
    }

    /// Formats that name other payload types inside their packets or describe them, and so cannot cross a
    /// relay that renumbers: RED (RFC 2198), retransmission and forward error correction.
    var isBoundToOthers: Bool {
        guard case .other(let name) = format else { return false }
        return ["RED", "RTX", "ULPFEC", "FLEXFEC", "FLEXFEC-03", "PARITYFEC"].contains(name)
    }

    /// The attribute's value without the payload type: `opus/48000/2`.
    var encoding: String { "\(encodingName)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "") }

    static let firstDynamicPayloadType: UInt8 = 96
}

extension Codec {
    /// The formats of an m-line in its order. A dynamic payload type without `a=rtpmap` says nothing and is left out.
    static func list(of media: MediaDescription) -> [Codec] {
        let maps = Dictionary(media.rtpMaps.map { ($0.payloadType, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<UInt8> = []
        return media.formats.compactMap { text in
            guard let type = RTPMap.payloadType(text), seen.insert(type).inserted else { return nil }
            var codec: Codec
            if let map = maps[type] {
                codec = Codec(payloadType: type, encodingName: map.encodingName, clockRate: map.clockRate, channels: map.channels ?? 1)
            } else if let known = StaticPayloadTypes.codec(type) {
                codec = known
            } else {
                return nil
            }
            codec.parameters = media.formatParameters(of: type)
            return codec
        }
    }
}

/// The audio payload types that need no `a=rtpmap` (RFC 3551 section 6).
enum StaticPayloadTypes {
    static func codec(_ type: UInt8) -> Codec? {
        table[type].map { Codec(payloadType: type, encodingName: $0.name, clockRate: $0.clockRate, channels: $0.channels) }
    }

    private static let table: [UInt8: (name: String, clockRate: Int, channels: Int)] = [
        0: ("PCMU", 8000, 1), 3: ("GSM", 8000, 1), 4: ("G723", 8000, 1), 5: ("DVI4", 8000, 1), 6: ("DVI4", 16000, 1),
        7: ("LPC", 8000, 1), 8: ("PCMA", 8000, 1), 9: ("G722", 8000, 1), 10: ("L16", 44100, 2), 11: ("L16", 44100, 1),
        12: ("QCELP", 8000, 1), 13: ("CN", 8000, 1), 14: ("MPA", 90000, 1), 15: ("G728", 8000, 1),
        16: ("DVI4", 11025, 1), 17: ("DVI4", 22050, 1), 18: ("G729", 8000, 1),
    ]
}
