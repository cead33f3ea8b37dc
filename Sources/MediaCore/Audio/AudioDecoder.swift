import Codecs
import Wire

/// One payload format turned into PCM of the bridge's sampling rate.
final class AudioDecoder {
    private enum Codec {
        case g711(G711.Law, PacketLossConcealer)
        case g722(G722Decoder, PacketLossConcealer)
        case l16(LinearDecoder, PacketLossConcealer)
        case opus(OpusDecoder)
    }
    private let codec: Codec
    let payload: PayloadPlan
    private let sampleRate: Int
    /// What was made up last is nothing to hear any more, nor is what would follow it until a packet with audio comes.
    private var hasFaded = false

    /// - Parameter sampleRate: of the PCM [Hz]; 8000 wherever G.711 takes part, 8000 or 16000 with G.722.
    init?(_ payload: PayloadPlan, sampleRate: Int) {
        self.payload = payload
        self.sampleRate = sampleRate
        switch payload.format {
        case .pcmu where sampleRate == 8000: codec = .g711(.mu, PacketLossConcealer())
        case .pcma where sampleRate == 8000: codec = .g711(.a, PacketLossConcealer())
        case .g722:
            guard let decoder = try? G722Decoder(sampleRate: sampleRate) else { return nil }
            codec = .g722(decoder, PacketLossConcealer(sampleRate: sampleRate))
        case .l16:
            guard let decoder = LinearDecoder(payload, sampleRate: sampleRate) else { return nil }
            codec = .l16(decoder, PacketLossConcealer(sampleRate: sampleRate))
        case .opus:
            guard let decoder = try? OpusDecoder(sampleRate: sampleRate, channels: 1) else { return nil }
            codec = .opus(decoder)
        default: return nil
        }
    }

    /// Samples that a packet may come to, or `nil` for one that is none.
    private func sampleCount(_ packet: Bytes) -> Int? {
        switch codec {
        case .g711: packet.isEmpty ? nil : packet.count
        case .g722(let decoder, _): packet.isEmpty ? nil : decoder.sampleCount(packet)
        case .l16(let decoder, _): decoder.capacity(packet)
        case .opus: OpusPacket.duration(packet).map { $0 * sampleRate / 48000 }
        }
    }

    /// What a packet holds in ticks of a 48 kHz clock, or `nil` for one that is none.
    func duration(_ packet: Bytes) -> Int? {
        if case .l16(let decoder, _) = codec { return decoder.duration(packet) }
        return sampleCount(packet).map { $0 * (48000 / sampleRate) }
    }

    /// Decodes a packet to the end of `buffer`; `false` when it holds no audio or there is no room.
    func decode(_ packet: Bytes, into buffer: PCMBuffer) -> Bool {
        guard let length = sampleCount(packet), let room = buffer.room(for: length) else { return false }
        switch codec {
        case .g711(let law, let concealer):
            guard G711.decode(packet, law: law, into: room) == length else { return false }
            noteReceived(room, length, concealer, buffer)
        case .g722(let decoder, let concealer):
            guard let decoded = decoder.decode(packet, into: room) else { return false }
            noteReceived(room, decoded, concealer, buffer)
        case .l16(let decoder, let concealer):
            guard let decoded = decoder.decode(packet, into: room) else { return false }
            noteReceived(room, decoded, concealer, buffer)
        case .opus(let decoder):
            // A packet without audio makes the decoder carry on what it heard before.
            if OpusPacket.isDTX(packet) {
                return made(in: room, buffer) { decoder.decode(packet, into: room) }
            }
            guard let decoded = decoder.decode(packet, into: room) else { return false }
            hasFaded = false
            buffer.append(decoded)
        }
        return true
    }

    private func noteReceived(
        _ room: UnsafeMutableBufferPointer<Int16>, _ count: Int, _ concealer: PacketLossConcealer, _ buffer: PCMBuffer
    ) {
        let count = min(count, room.count)
        concealer.received(UnsafeMutableBufferPointer(rebasing: room[..<count]))
        hasFaded = false
        buffer.append(count)
    }

    /// Makes up `length` samples for a lost packet, from the in-band FEC of the one behind it where there is any.
    func conceal(_ length: Int, next: Bytes?, into buffer: PCMBuffer) -> Bool {
        guard let room = buffer.room(for: length) else { return false }
        switch codec {
        case .g711(_, let concealer), .g722(_, let concealer), .l16(_, let concealer):
            return made(in: room, buffer) {
                concealer.conceal(into: room)
                return length
            }
        case .opus(let decoder):
            if let next, OpusPacket.hasInbandFEC(next), let samples = decoder.decodeFEC(from: next, frameSamples: length, into: room) {
                hasFaded = false
                buffer.append(samples)
                return true
            }
            return made(in: room, buffer) { decoder.conceal(frameSamples: length, into: room) }
        }
    }

    /// Appends what `make` writes to `room`, or zeros once that has come to nothing.
    private func made(in room: UnsafeMutableBufferPointer<Int16>, _ buffer: PCMBuffer, _ make: () -> Int?) -> Bool {
        if hasFaded {
            room.update(repeating: 0)
            buffer.append(room.count)
            return true
        }
        guard let samples = make(), samples <= room.count else { return false }
        hasFaded = AudioLevel.isSilent(UnsafeBufferPointer(rebasing: room[..<samples]))
        buffer.append(samples)
        return true
    }
}
