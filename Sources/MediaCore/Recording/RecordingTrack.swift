import Codecs
import RTP
import Wire

/// What one peer says, for a recording only: its packets through a jitter buffer and decoder of their own, a frame at each tick.
///
/// What is converted for the other side is no substitute. It is later while a backlog is worked off and faster then, and is not there
/// at all while nobody hears it; here every sound has the place in time at which it would have been heard.
final class RecordingTrack {
    /// A frame's length [ms].
    static let packetTime = 20
    /// The longest Opus packet (120 ms) on top of an unfinished frame, twice [ms].
    static let longestAudio = 360
    /// Nobody negotiates as many formats in one call.
    private static let maximumDecoders = 64
    /// A stream that stops is faded out over this many frames.
    private static let maximumConcealedFrames = 3

    /// 0 is the left one.
    let channel: Int
    private let sampleRate: Int
    private let jitter: JitterBuffer
    private let pcm: PCMBuffer
    private var payloads: [PayloadPlan] = []
    /// Those of formats that are not received any more stay, for packets of them that wait.
    private var decoders: [RecordingDecoder] = []
    /// The decoders of what is received now.
    private var received: [Int] = []
    private var lastDecoder = 0
    /// Frames made up in a row since the last real one.
    private var concealedFrames = maximumConcealedFrames
    /// The front frame is to be played twice.
    private var repeatsFrame = false

    init(channel: Int, sampleRate: Int, jitterDelay: ClosedRange<Nanoseconds>) {
        self.channel = channel
        self.sampleRate = sampleRate
        var buffering = JitterBufferConfiguration()
        buffering.minimumDelay = jitterDelay.lowerBound
        buffering.maximumDelay = jitterDelay.upperBound
        buffering.frame = .milliseconds(Self.packetTime)
        buffering.maximumPayload = PacketBacklog.maximumPayload
        jitter = JitterBuffer(clockRate: AudioBridge.clockRate, configuration: buffering)
        pcm = PCMBuffer(capacity: sampleRate * Self.longestAudio / 1000)
    }

    /// [samples]
    private var frameSamples: Int { sampleRate * Self.packetTime / 1000 }

    /// Packets wait to be played.
    var isPlaying: Bool { jitter.firstAudio() != nil || pcm.count > 0 }

    /// What the peer may send from now on.
    func setFormats(_ new: [PayloadPlan]) {
        guard new != payloads else { return }
        payloads = new
        received = []
        for payload in new where payload.format.isTranscodable {
            if let known = decoders.firstIndex(where: { $0.payload == payload }) {
                received.append(known)
            } else if decoders.count < Self.maximumDecoders, let decoder = RecordingDecoder(payload, sampleRate: sampleRate) {
                received.append(decoders.count)
                decoders.append(decoder)
            }
        }
        jitter.packetsCarryRecovery = new.contains { $0.format == .opus && $0.opus.useInbandFEC }
    }

    func insert(_ packet: ReceivedPacket, at now: MonotonicInstant) {
        guard let index = received.first(where: { decoders[$0].payload.payloadType == packet.header.payloadType }),
              let duration = decoders[index].duration(packet.payload) else { return noteOther(packet, at: now) }
        _ = jitter.insert(
            sequence: packet.sequence, timestamp: packet.timestamp &* Int64(AudioBridge.clockRate / max(1, packet.clockRate)),
            duration: duration, format: UInt8(truncatingIfNeeded: index), payload: packet.payload, marker: packet.header.marker,
            arrival: now)
    }

    /// A packet of the stream that is no audio.
    func noteOther(_ packet: ReceivedPacket, at now: MonotonicInstant) { jitter.noteOther(sequence: packet.sequence, arrival: now) }

    /// The numbers of what comes now have nothing to do with those before.
    func splice() { jitter.splice() }

    /// Forgets what was not played yet.
    func reset() {
        jitter.reset()
        pcm.removeAll()
        concealedFrames = Self.maximumConcealedFrames
        repeatsFrame = false
    }

    /// Adds the frame that is due at `tick` to its channel of `frame`, which has two; `false` if that is silence.
    func mix(into frame: UnsafeMutableBufferPointer<Int16>, at tick: MonotonicInstant) -> Bool {
        fill(at: tick)
        adjust(at: tick)
        guard let samples = pcm.front(frameSamples), frame.count >= 2 * samples.count else { return false }
        for (place, sample) in samples.enumerated() {
            let sum = Int32(frame[2 * place + channel]) + Int32(sample)
            frame[2 * place + channel] = Int16(clamping: sum)
        }
        if !repeatsFrame { pcm.removeFirst(frameSamples) }
        repeatsFrame = false
        return true
    }

    /// Follows the jitter buffer's wish to be shorter or longer by a frame.
    private func adjust(at tick: MonotonicInstant) {
        guard pcm.count >= frameSamples else { return }
        switch jitter.adjustment(isSilent: isFrontSilent, at: tick) {
        case .none: break
        case .insertFrame: repeatsFrame = true
        case .dropFrame:
            pcm.removeFirst(frameSamples)
            fill(at: tick)
        }
    }

    private var isFrontSilent: Bool {
        pcm.front(frameSamples).map { AudioLevel.meanSquare($0) < SpeechMeter.silenceRMS * SpeechMeter.silenceRMS } ?? false
    }

    /// Decodes what is due until a frame is complete; the end of a stream is faded out.
    private func fill(at tick: MonotonicInstant) {
        while pcm.count < frameSamples {
            switch jitter.playout(at: tick) {
            case .packet(let packet):
                lastDecoder = min(Int(packet.format), decoders.count - 1)
                if !decoders[lastDecoder].decode(packet.payload, into: pcm) { conceal(samples(ticks: packet.duration), next: nil) }
                concealedFrames = 0
            case .lost(let loss):
                if loss.next != nil { lastDecoder = min(Int(loss.nextFormat), decoders.count - 1) }
                conceal(samples(ticks: loss.duration), next: loss.next)
            case .waiting, .empty: return fadeOut()
            }
        }
    }

    private func samples(ticks: Int) -> Int { ticks * sampleRate / AudioBridge.clockRate }

    private func conceal(_ length: Int, next: Bytes?) {
        guard !decoders[lastDecoder].conceal(length, next: next, into: pcm), let room = pcm.room(for: length) else { return }
        room.update(repeating: 0)
        pcm.append(length)
    }

    private func fadeOut() {
        let missing = frameSamples - pcm.count
        if concealedFrames < Self.maximumConcealedFrames {
            concealedFrames += 1
            // Opus makes whole units of 2.5 ms only.
            let unit = sampleRate / 400
            return conceal((missing + unit - 1) / unit * unit, next: nil)
        }
        guard pcm.count > 0, let room = pcm.room(for: missing) else { return }
        room.update(repeating: 0)
        pcm.append(missing)
    }
}
