import Codecs
import Wire

/// The way of audio that can't go on as it is: jitter buffer → decoder → PCM → encoder, a frame at each tick.
///
///     packets ─► (backlog) ─► jitter buffer ─► decode │ conceal ─► PCM ─► (shorten) ─► encode ─► a frame every packetTime
///
/// While the other side can't be sent to yet (`hold`), packets are kept in a backlog. Once it can (`release`), they are
/// played from the first one on, `delay` later than they came, until that is worked off: silent frames are left out, and
/// speech is played a little faster, so that nothing spoken is lost and the conversation is back in step soon.
///
/// What is kept and for how long is in `AudioBridge+Backlog.swift`, how a frame is made in `AudioBridge+Frames.swift`.
final class AudioBridge {
    private(set) var formats: AudioFormats
    /// When to make the next frame; `.distantFuture` while there is nothing to play.
    var nextTick = MonotonicInstant.distantFuture
    /// The other side can't be sent to: packets are kept, no frame is made.
    var isHeld = false

    let jitter: JitterBuffer
    private(set) var pcm: PCMBuffer

    // Behind time.
    var backlog: PacketBacklog?
    var digits = DigitBacklog()
    /// The jitter buffer is read so much later than now because of the backlog.
    var lag = Nanoseconds.zero
    /// What `pcm` holds beyond that, read ahead to have something to shorten [samples].
    var reserve = 0
    /// Only while something is late.
    var stretcher: TimeStretcher?
    /// Only while something may be given up.
    private var meter: SpeechMeter?
    private var clipped = Nanoseconds.zero

    // What is being played.
    var lastDecoder = 0
    /// Frames made up in a row since the last real one.
    var concealedFrames = 0
    var isTalking = false
    /// How long nothing but silence was played [ms].
    var pauseLength = 0
    /// How long there was no pause that could be shortened [ms].
    var speechLength = 0
    var silentTicks = 0
    var background: BackgroundNoise?
    /// What was played last was noise of the source's pause, which nobody misses.
    var isNoise = false

    /// The jitter buffer runs on the fastest RTP clock, so that payload types with different clocks share one line [Hz].
    static let clockRate = 48000
    /// 120 ms, as the longest of Opus [ticks of 48 kHz].
    private static let longestPacket = 5760

    /// `nil` when a format is not one that can be transcoded.
    init?(
        router: PayloadRouter, packetTime: Int, jitterDelay: ClosedRange<Nanoseconds> = MediaSettings().jitterDelay
    ) {
        guard let formats = AudioFormats(router, packetTime: packetTime) else { return nil }
        self.formats = formats
        var buffering = JitterBufferConfiguration()
        buffering.minimumDelay = jitterDelay.lowerBound
        buffering.maximumDelay = jitterDelay.upperBound
        buffering.frame = .milliseconds(packetTime)
        buffering.maximumPayload = PacketBacklog.maximumPayload
        jitter = JitterBuffer(clockRate: Self.clockRate, configuration: buffering)
        jitter.packetsCarryRecovery = formats.receivesFEC
        pcm = Self.makeBuffer(formats.sampleRate)
    }

    /// The longest Opus packet (120 ms) on top of an unfinished frame of the longest kind (60 ms), twice.
    private static func makeBuffer(_ sampleRate: Int) -> PCMBuffer { PCMBuffer(capacity: sampleRate * 360 / 1000) }

    /// What comes out.
    var encoding: PayloadPlan { formats.encoding }
    /// The length of a frame [ms].
    var packetTime: Int { formats.packetTime }

    /// Other formats from now on; what is kept is played in those that it came in, and before what comes now.
    /// - Returns: `false`, and nothing changed, when one of them can't be transcoded.
    func changeFormats(to router: PayloadRouter, packetTime: Int) -> Bool {
        guard let new = AudioFormats(router, packetTime: packetTime, after: formats) else { return false }
        if new.sampleRate != formats.sampleRate { changeSampleRate(from: formats.sampleRate, to: new.sampleRate) }
        formats = new
        reserve = min(reserve, max(0, pcm.count - new.frameSamples))
        jitter.setFrame(.milliseconds(packetTime))
        jitter.packetsCarryRecovery = new.receivesFEC
        return true
    }

    private func changeSampleRate(from old: Int, to new: Int) {
        let waiting = pcm.front(pcm.count).map { Array($0) } ?? []
        pcm = Self.makeBuffer(new)
        if stretcher != nil { stretcher = TimeStretcher(sampleRate: new) }
        reserve = 0
        guard let converted = Resampler.convert(waiting, from: old, to: new), let room = pcm.room(for: converted.count) else { return }
        _ = room.update(fromContentsOf: converted)
        pcm.append(converted.count)
    }

    // MARK: - In

    /// Takes a packet; says why when it is not going to be played.
    /// - Parameters:
    ///   - sequence: without wrap.
    ///   - timestamp: without wrap, on the clock of its payload type.
    func insert(
        sequence: Int64, timestamp: Int64, payloadType: UInt8, marker: Bool, payload: Bytes, at now: MonotonicInstant
    ) -> DropReason? {
        guard let index = formats.index(of: payloadType) else { return .unknownPayloadType }
        let decoder = formats.decoders[index]
        guard let duration = decoder.duration(payload), duration <= Self.longestPacket else { return .undecodable }
        let packet = PacketBacklog.Packet(
            sequence: sequence, timestamp: timestamp &* Int64(Self.clockRate / max(1, decoder.payload.clockRate)), duration: duration,
            format: UInt8(truncatingIfNeeded: index), marker: marker, arrival: now)
        if isHeld || backlog != nil { return keep(packet, payload) }
        let reason = insertIntoJitterBuffer(packet, payload)
        if nextTick == .distantFuture, let due = jitter.due { nextTick = max(now, due) }
        return reason
    }

    /// A packet of the stream that is no audio (an event): it is not a lost one.
    func noteOther(sequence: Int64, at now: MonotonicInstant) {
        guard backlog != nil else { return jitter.noteOther(sequence: sequence, arrival: now) }
        _ = keep(
            PacketBacklog.Packet(sequence: sequence, timestamp: 0, duration: 0, format: 0, marker: false, arrival: now, isAudio: false),
            .empty)
    }

    func insertIntoJitterBuffer(_ packet: PacketBacklog.Packet, _ payload: Bytes) -> DropReason? {
        let verdict = jitter.insert(
            sequence: packet.sequence, timestamp: packet.timestamp, duration: packet.duration, format: packet.format,
            payload: payload, marker: packet.marker, arrival: packet.arrival)
        switch verdict {
        case .accepted, .overflow: return nil
        case .duplicate: return .duplicate
        case .late: return .late
        case .refused: return .undecodable
        }
    }

    /// The stream was replaced by another one, whose numbers have nothing to do with the former's.
    func sourceReplaced() {
        endNoise()
        if let backlog { backlog.splice() } else { jitter.splice() }
    }

    /// Adapts the encoder to the loss that the receiver reports [%].
    func peerReportedLoss(percent: Int) { formats.encoder.peerReportedLoss(percent: percent) }

    // MARK: - Given up

    /// Takes note of audio that nobody will hear, if there is speech in it.
    func noteClipped(_ payload: Bytes, format index: Int) {
        clipped = clipped + speech(in: payload, format: index)
    }

    func speech(in payload: Bytes, format index: Int) -> Nanoseconds {
        let meter = meter ?? SpeechMeter()
        self.meter = meter
        return meter.speech(in: payload, of: formats.decoders[index].payload)
    }

    /// What only audio that is late needs goes with it.
    func giveBackMemory() {
        stretcher = nil
        meter = nil
    }

    func noteClipped(_ payload: Bytes, payloadType: UInt8) {
        if let index = formats.index(of: payloadType) { noteClipped(payload, format: index) }
    }

    func noteClipped(_ speech: Nanoseconds) { clipped = clipped + speech }

    /// The speech that was given up since this was asked last.
    func takeClipped() -> Nanoseconds {
        defer { clipped = .zero }
        return clipped
    }
}
