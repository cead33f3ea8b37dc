import MediaCore

extension Leg {
    /// The packet length that the options ask for: `ptime` and `ptime-reverse`, else that of the entry for the first codec [ms].
    var wantedPacketTime: Int? { packetTime ?? announced.first { $0.format.isAudio }?.wishes.packetTime }

    /// What the options ask of our encoder for a codec that the peer takes.
    func wishes(for codec: Codec) -> EncoderWishes { announced.first(where: codec.isSame)?.wishes ?? EncoderWishes() }
}
