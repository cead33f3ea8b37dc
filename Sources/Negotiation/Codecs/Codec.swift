import MediaCore
import SDP

/// One format of an m-line: payload type, `a=rtpmap` and `a=fmtp` together.
struct Codec: Sendable, Equatable {
    /// 0 to 127.
    var payloadType: UInt8
    let encodingName: String
    /// What the name means.
    let format: PayloadFormat
    /// RTP timestamp units per second.
    var clockRate: Int
    var channels: Int
    /// The text of `a=fmtp`.
    var parameters: String?
    /// What the options ask of our encoder; nothing that is written.
    var wishes = EncoderWishes()

    init(payloadType: UInt8, encodingName: String, clockRate: Int, channels: Int = 1, parameters: String? = nil) {
        self.payloadType = payloadType
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
        self.parameters = parameters
        format = PayloadFormat(encodingName: encodingName, clockRate: clockRate, channels: channels)
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

    /// Formats that name other payload types inside their packets or describe them: RED (RFC 2198), retransmission and forward error
    /// correction. They pass only where both sides know the same numbers.
    var isBoundToOthers: Bool {
        guard case .other(let name) = format else { return false }
        return ["RED", "RTX", "ULPFEC", "FLEXFEC", "FLEXFEC-03", "PARITYFEC"].contains(name)
    }

    /// The attribute's value without the payload type: `opus/48000/2`.
    var encoding: String { channels > 1 ? "\(encodingName)/\(clockRate)/\(channels)" : "\(encodingName)/\(clockRate)" }

    static let firstDynamicPayloadType: UInt8 = 96
}

extension PayloadFormat {
    /// What an encoding of `a=rtpmap` means; its name may be in any case. Only audio at clocks that it is known with can be converted.
    init(encodingName: String, clockRate: Int, channels: Int) {
        self = switch encodingName.lowercased() {
        case "opus": .opus
        case "pcmu": .pcmu
        case "pcma": .pcma
        case "g722" where clockRate == 8000 && channels == 1: .g722
        case "l16" where Self.linearRates.contains(clockRate) && 1...2 ~= channels: .l16
        case "telephone-event": .telephoneEvent
        case "cn": .comfortNoise
        default: .other(encodingName.uppercased())
        }
    }
}

extension Codec {
    /// The formats of an m-line in its order. A dynamic payload type without `a=rtpmap` says nothing and is left out.
    static func list(of media: MediaDescription) -> [Codec] {
        let maps = media.rtpMaps
        var codecs: [Codec] = []
        codecs.reserveCapacity(media.formats.count)
        for text in media.formats {
            guard let type = RTPMap.payloadType(text), !codecs.contains(where: { $0.payloadType == type }) else { continue }
            var codec: Codec
            if let map = maps.first(where: { $0.payloadType == type }) {
                codec = Codec(payloadType: type, encodingName: map.encodingName, clockRate: map.clockRate, channels: map.channels ?? 1)
            } else if let known = StaticPayloadTypes.codec(type) {
                codec = known
            } else {
                continue
            }
            codec.parameters = media.formatParameters(of: type)
            codecs.append(codec)
        }
        return codecs
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
