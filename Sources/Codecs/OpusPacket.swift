public import Wire

/// What an Opus packet says of itself without being decoded (RFC 6716 section 3).
///
/// Everything returns `nil` or `false` for packets that break one of the rules [R1] to [R7] of section 3.4.
public enum OpusPacket {
    /// The rates at which libopus encodes and decodes [Hz].
    public static let sampleRates = [8000, 12000, 16000, 24000, 48000]
    /// The longest packet: 48 frames of 1275 bytes, two bytes of length for each, the table of contents and the frame
    /// count. What is longer is padding.
    public static let maximumLength = 48 * 1277 + 2

    /// The packet's duration in samples of 48 kHz, which is also its length in RTP timestamp units (RFC 7587 section 4.2): 120 to 5760.
    public static func duration(_ packet: Bytes) -> Int? { OpusLayout(packet).map { $0.frames &* $0.frameSamples } }

    /// The number of frames, 1 to 48.
    public static func frameCount(_ packet: Bytes) -> Int? { OpusLayout(packet)?.frames }

    /// Whether the packet is coded in stereo.
    public static func isStereo(_ packet: Bytes) -> Bool { packet.u8(0).map { $0 & 0x4 != 0 } ?? false }

    /// Whether the packet carries redundancy for the audio before it: the LBRR flag of its first SILK frame, in either channel.
    ///
    /// Those flags stand at the very start of a SILK or hybrid frame with even odds (RFC 6716 section
    /// 4.2.3), so the range coder leaves them as the plain leading bits of the frame: for each channel one
    /// VAD bit for each 20 ms, then the LBRR bit.
    public static func hasInbandFEC(_ packet: Bytes) -> Bool {
        guard let layout = OpusLayout(packet), !layout.isCELT, layout.firstFrameLength > 0,
              let bits = packet.u8(layout.firstFrameOffset) else { return false }
        let silkFrames = max(1, layout.frameSamples / 960)
        if bits >> UInt8(7 - silkFrames) & 1 == 1 { return true }
        return layout.isStereo && bits >> UInt8(6 - 2 * silkFrames) & 1 == 1
    }

    /// Whether the packet holds no audio: what an encoder makes of silence with DTX (one byte, or two with padding) and need not send.
    public static func isDTX(_ packet: Bytes) -> Bool { packet.count <= 2 && !packet.isEmpty }
}
