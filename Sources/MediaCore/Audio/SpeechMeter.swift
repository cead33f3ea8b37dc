import Codecs
import Wire

/// Tells how much speech is in packets that are given up unheard. It decodes them, so it is not for the steady state.
final class SpeechMeter {
    /// Quieter than this is a pause: -54 dBFS.
    static let silenceRMS = 65

    private static let sampleRate = 8000
    /// The longest Opus packet, 120 ms; of L16 at a higher rate what fits.
    private let room = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 960)
    private lazy var g722 = try? G722Decoder(sampleRate: SpeechMeter.sampleRate)
    private lazy var opus = try? OpusDecoder(sampleRate: SpeechMeter.sampleRate)

    deinit { room.deallocate() }

    /// The length of a packet's audio, or zero for silence and for what can't be decoded.
    func speech(in payload: Bytes, of plan: PayloadPlan) -> Nanoseconds {
        let samples = switch plan.format {
        case .pcmu: G711.decode(payload, law: .mu, into: room)
        case .pcma: G711.decode(payload, law: .a, into: room)
        case .g722: g722?.decode(payload, into: room) ?? 0
        case .l16: L16.decode(payload, channels: plan.channels, into: room)
        case .opus: opus?.decode(payload, into: room) ?? 0
        case .telephoneEvent, .comfortNoise, .other: 0
        }
        guard AudioLevel.rms(UnsafeBufferPointer(rebasing: room[..<samples])) >= Self.silenceRMS else { return .zero }
        let sampleRate = plan.format == .l16 ? max(1, plan.clockRate) : Self.sampleRate
        return Nanoseconds(Int64(samples) * 1_000_000_000 / Int64(sampleRate))
    }
}
