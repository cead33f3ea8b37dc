import Codecs
import RTP
import Wire

/// Hears the digits that a peer presses as tones in its audio, packet by packet as they come: what is decoded for the other side may be
/// later, or not at all.
///
/// A digit begins when spandsp is certain of it, after two blocks of 13 ms, and ends as long after its tones, so that its length is right.
final class ToneListener {
    private let detector: ToneDetector
    private let payloads: [PayloadPlan]
    private let decoders: [AudioDecoder]
    /// The longest Opus packet, 120 ms.
    private let pcm = PCMBuffer(capacity: ToneListener.sampleRate * 120 / 1000)
    private var digit: (code: UInt8, samples: Int)?
    private var lastAudio = MonotonicInstant(nanoseconds: 0)
    private var deafUntil = MonotonicInstant(nanoseconds: 0)
    /// There is a tone at the end of the last packet, or what may become one.
    private(set) var isSounding = false

    private static let sampleRate = 8000
    /// Without a packet for this long a digit is over.
    private static let patience = Nanoseconds.milliseconds(120)
    /// So long after a packet of an event its own tone is not taken for another digit: some senders have both.
    private static let deafness = Nanoseconds.milliseconds(300)
    /// What is told of a tone, whatever it is [-dBm0].
    private static let volume: UInt8 = 10

    /// `nil` where nothing that the peer sends can be decoded.
    init?(_ payloads: [PayloadPlan]) {
        decoders = payloads.filter { $0.format.isTranscodable }.compactMap { AudioDecoder($0, sampleRate: Self.sampleRate) }
        guard !decoders.isEmpty, let detector = try? ToneDetector() else { return nil }
        self.detector = detector
        self.payloads = payloads
    }

    /// Whether it was made for these formats.
    func hears(_ payloads: [PayloadPlan]) -> Bool { self.payloads == payloads }

    /// The peer sends events.
    func ignoreTones(at now: MonotonicInstant) { deafUntil = now + Self.deafness }

    /// When `expire` has something to report unless a packet comes before.
    var deadline: MonotonicInstant? { digit == nil ? nil : lastAudio + Self.patience }

    /// Ends the digit if its `deadline` has passed.
    func expire(at now: MonotonicInstant) -> TelephoneEventReceiver.Ended? {
        guard let deadline, now >= deadline else { return nil }
        isSounding = false
        return takeDigit()
    }

    /// What a packet tells; `nil` for nothing new.
    func listen(to packet: Bytes, payloadType: UInt8, at now: MonotonicInstant) -> TelephoneEventReceiver.Update? {
        guard let decoder = decoders.first(where: { $0.payload.payloadType == payloadType }), decoder.decode(packet, into: pcm),
              let samples = pcm.front(pcm.count) else {
            isSounding = false
            return nil
        }
        lastAudio = now
        let length = samples.count
        let beginning = detector.detect(samples)
        pcm.removeAll()
        let isDeaf = now < deafUntil
        isSounding = !isDeaf && (detector.active != nil || detector.isSuspicious)
        return update(beginning: isDeaf ? nil : beginning, length: length)
    }

    private func update(beginning: DTMFDigit?, length: Int) -> TelephoneEventReceiver.Update? {
        var update = TelephoneEventReceiver.Update()
        if let digit, beginning != nil || detector.active?.code != digit.code { update.ended = takeDigit() }
        if let beginning {
            digit = (beginning.code, 0)
        } else if digit == nil {
            return update.ended == nil ? nil : update
        } else {
            digit?.samples += length
        }
        guard let digit else { return update }
        update.active = TelephoneEventReceiver.Active(
            code: digit.code, volume: Self.volume, durationMilliseconds: milliseconds(digit.samples), isNew: beginning != nil)
        return update
    }

    private func takeDigit() -> TelephoneEventReceiver.Ended? {
        defer { digit = nil }
        return digit.map { .init(code: $0.code, volume: Self.volume, durationMilliseconds: milliseconds($0.samples)) }
    }

    private func milliseconds(_ samples: Int) -> Int { samples * 1000 / Self.sampleRate }
}
