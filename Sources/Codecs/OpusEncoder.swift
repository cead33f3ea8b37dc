internal import COpus
public import Wire

/// One Opus stream's encoder (RFC 6716), mono.
///
/// Not safe for use from two threads. No call but `init` allocates, throws or traps.
public final class OpusEncoder {
    /// libopus's three tunings.
    public enum Application: Sendable, Equatable {
        /// Speech: SILK or hybrid where the bit rate asks for it.
        case voip
        /// Faithful to music too.
        case audio
        /// CELT only: no FEC, 2.5 ms of delay instead of 6.5 ms.
        case lowDelay
    }

    /// Which of Opus's two codecs makes the packets, where the application leaves a choice.
    public enum Mode: Sendable, Equatable {
        /// libopus's choice by bit rate and application: SILK for speech at the bit rates of telephony.
        case automatic
        /// Without FEC; at complexity 0 less than half of SILK's price, and less like the voice.
        case celt
    }

    /// What an encoder is set to; `init` refuses values out of range.
    public struct Configuration: Sendable, Equatable {
        /// Of the PCM: 8000, 12000, 16000, 24000 or 48000 [Hz].
        public var sampleRate: Int
        /// 6000 to 510000 [bit/s]
        public var bitrate: Int
        /// 0 (least CPU) to 10.
        public var complexity: Int
        public var application: Application
        /// May change in mid-stream, which `application` may not: libopus cross-fades from one codec to the other.
        public var mode: Mode
        /// Adds redundancy (LBRR) to each packet, at the expense of the speech in it, once `expectedLossPercent` is above 0 and the
        /// bit rate affords it. Narrowband libopus 1.3 needs 20 kbit/s for it from complexity 2 on, 24 kbit/s below where no more
        /// than 1 % is expected and 28 kbit/s otherwise.
        public var inbandFEC: Bool
        /// 0 to 100 [%]
        public var expectedLossPercent: Int
        /// The widest audio worth sending, as a sampling rate [Hz] (`maxplaybackrate`, RFC 7587 section 6.1).
        public var maxPlaybackRate: Int
        /// Silence becomes packets of one byte or two that need not be sent.
        public var dtx: Bool
        /// Every packet as long as the next; otherwise variable around `bitrate`.
        public var constantBitrate: Bool
        /// The audio in a packet: 10, 20, 40 or 60 [ms].
        public var packetTime: Int

        public init(
            sampleRate: Int = 8000, bitrate: Int = 20000, complexity: Int = 1, application: Application = .voip, mode: Mode = .automatic,
            inbandFEC: Bool = false, expectedLossPercent: Int = 0, maxPlaybackRate: Int = 48000,
            dtx: Bool = false, constantBitrate: Bool = false, packetTime: Int = 20
        ) {
            self.sampleRate = sampleRate
            self.bitrate = bitrate
            self.complexity = complexity
            self.application = application
            self.mode = mode
            self.inbandFEC = inbandFEC
            self.expectedLossPercent = expectedLossPercent
            self.maxPlaybackRate = maxPlaybackRate
            self.dtx = dtx
            self.constantBitrate = constantBitrate
            self.packetTime = packetTime
        }
    }

    /// What is in force now.
    public private(set) var configuration: Configuration
    /// The samples of one packet: what `encode` takes.
    public let frameSamples: Int
    private let state: OpaquePointer

    public init(_ configuration: Configuration) throws(CodecError) {
        guard OpusPacket.sampleRates.contains(configuration.sampleRate), [10, 20, 40, 60].contains(configuration.packetTime),
              Self.isValid(configuration) else { throw .unsupportedParameter }
        var code: Int32 = 0
        let application = Self.code(of: configuration.application)
        guard let state = opus_encoder_create(Int32(configuration.sampleRate), 1, application, &code) else { throw .library(code: code) }
        self.configuration = configuration
        self.state = state
        frameSamples = configuration.sampleRate / 1000 * configuration.packetTime
        apply(configuration)
    }

    deinit { opus_encoder_destroy(state) }

    /// Encodes one packet's worth of audio.
    ///
    /// - Parameters:
    ///   - pcm: exactly `frameSamples` samples.
    ///   - packet: room for the payload; 1275 bytes always suffice up to 20 ms.
    /// - Returns: the payload's length; `nil` for a wrong number of samples or too little room. With DTX a
    ///   length of 1 or 2 says that nothing need be sent.
    public func encode(_ pcm: UnsafeBufferPointer<Int16>, into packet: MutableBytes) -> Int? {
        guard pcm.count == frameSamples, let samples = pcm.baseAddress, let base = packet.base, packet.count > 0 else { return nil }
        let out = base.assumingMemoryBound(to: UInt8.self)
        let length = opus_encode(state, samples, Int32(frameSamples), out, Int32(min(packet.count, OpusPacket.maximumLength)))
        return length > 0 ? Int(length) : nil
    }

    /// Changes what may change in mid-stream; values outside their range are moved to its ends, `nil` leaves a setting alone.
    public func update(
        bitrate: Int? = nil, complexity: Int? = nil, mode: Mode? = nil, inbandFEC: Bool? = nil, expectedLossPercent: Int? = nil
    ) {
        var new = configuration
        if let bitrate { new.bitrate = min(max(bitrate, 6000), 510_000) }
        if let complexity { new.complexity = min(max(complexity, 0), 10) }
        if let mode { new.mode = mode }
        if let inbandFEC { new.inbandFEC = inbandFEC }
        if let expectedLossPercent { new.expectedLossPercent = min(max(expectedLossPercent, 0), 100) }
        guard new != configuration else { return }
        configuration = new
        apply(new)
    }

    /// Forgets what was encoded, for audio that has nothing to do with the one before.
    public func reset() { _ = rtpbridge_opus_encoder_reset(state) }

    /// How far the audio in a packet lags behind the PCM that was given [samples].
    public var lookahead: Int {
        var value: opus_int32 = 0
        return rtpbridge_opus_encoder_get(state, OPUS_GET_LOOKAHEAD_REQUEST, &value) == OPUS_OK ? Int(value) : 0
    }

    private func apply(_ new: Configuration) {
        set(OPUS_SET_BITRATE_REQUEST, new.bitrate)
        set(OPUS_SET_COMPLEXITY_REQUEST, new.complexity)
        set(OPUS_SET_INBAND_FEC_REQUEST, new.inbandFEC ? 1 : 0)
        set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, new.expectedLossPercent)
        set(OPUS_SET_MAX_BANDWIDTH_REQUEST, Int(Self.bandwidth(playbackRate: new.maxPlaybackRate)))
        set(OPUS_SET_DTX_REQUEST, new.dtx ? 1 : 0)
        set(OPUS_SET_VBR_REQUEST, new.constantBitrate ? 0 : 1)
        if new.application == .voip { set(OPUS_SET_SIGNAL_REQUEST, Int(OPUS_SIGNAL_VOICE)) }
        // Private to libopus (opus_private.h), the same since 1.0; one that has it no more stays with its own choice.
        let mode = new.mode == .celt ? Self.celtOnly : OPUS_AUTO
        _ = rtpbridge_opus_encoder_set(state, Self.forceMode, mode)
    }

    /// OPUS_SET_FORCE_MODE_REQUEST and MODE_CELT_ONLY.
    private static let forceMode: Int32 = 11002
    private static let celtOnly: Int32 = 1002

    private func set(_ request: Int32, _ value: Int) {
        let result = rtpbridge_opus_encoder_set(state, request, Int32(truncatingIfNeeded: value))
        assert(result == OPUS_OK, "libopus refused a checked value")
    }

    private static func isValid(_ c: Configuration) -> Bool {
        (6000...510_000).contains(c.bitrate) && (0...10).contains(c.complexity)
            && (0...100).contains(c.expectedLossPercent) && c.maxPlaybackRate >= 8000
    }

    private static func code(of application: Application) -> Int32 {
        switch application {
        case .voip: OPUS_APPLICATION_VOIP
        case .audio: OPUS_APPLICATION_AUDIO
        case .lowDelay: OPUS_APPLICATION_RESTRICTED_LOWDELAY
        }
    }

    /// The widest bandwidth that a receiver playing at this rate can use (RFC 7587 section 3.1.1).
    private static func bandwidth(playbackRate: Int) -> Int32 {
        switch playbackRate {
        case ..<12000: OPUS_BANDWIDTH_NARROWBAND
        case ..<16000: OPUS_BANDWIDTH_MEDIUMBAND
        case ..<24000: OPUS_BANDWIDTH_WIDEBAND
        case ..<48000: OPUS_BANDWIDTH_SUPERWIDEBAND
        default: OPUS_BANDWIDTH_FULLBAND
        }
    }
}
