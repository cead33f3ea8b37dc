import Codecs
import Wire

/// L16 (RFC 3551 section 4.5.11) turned into PCM of the bridge's sampling rate, which may be another than its own.
final class LinearDecoder {
    private let clockRate: Int
    private let channels: Int
    private let sampleRate: Int
    private let resampler: Resampler?
    /// The samples of a packet at their own rate; empty without a resampler.
    private let samples: UnsafeMutableBufferPointer<Int16>

    /// The longest packet that is taken, as the longest of Opus [ms].
    private static let longestPacket = 120

    /// - Parameter sampleRate: of the PCM [Hz].
    init?(_ payload: PayloadPlan, sampleRate: Int) {
        guard PayloadFormat.linearRates.contains(payload.clockRate), PayloadFormat.linearRates.contains(sampleRate),
              1...2 ~= payload.channels else { return nil }
        clockRate = payload.clockRate
        channels = payload.channels
        self.sampleRate = sampleRate
        if clockRate == sampleRate {
            resampler = nil
        } else {
            guard let made = try? Resampler(from: clockRate, to: sampleRate, keepsDelay: true) else { return nil }
            resampler = made
        }
        samples = .allocate(capacity: resampler == nil ? 0 : clockRate / 1000 * Self.longestPacket)
    }

    deinit { samples.deallocate() }

    /// What a packet holds in ticks of a 48 kHz clock, or `nil` for one that is none.
    func duration(_ packet: Bytes) -> Int? {
        let count = L16.sampleCount(packet, channels: channels)
        return count > 0 && count <= clockRate / 1000 * Self.longestPacket ? count * (48000 / clockRate) : nil
    }

    /// The most samples that a packet comes to, or `nil` for one that is none.
    func capacity(_ packet: Bytes) -> Int? {
        guard duration(packet) != nil else { return nil }
        let count = L16.sampleCount(packet, channels: channels)
        return resampler?.capacity(for: count) ?? count
    }

    /// - Parameter room: as large as `capacity` says.
    /// - Returns: the number of samples written.
    func decode(_ packet: Bytes, into room: UnsafeMutableBufferPointer<Int16>) -> Int? {
        guard let resampler else { return L16.decode(packet, channels: channels, into: room) }
        let count = L16.decode(packet, channels: channels, into: samples)
        return resampler.process(UnsafeBufferPointer(rebasing: samples[..<count]), into: room)?.written
    }
}

/// PCM of the bridge's sampling rate turned into L16.
final class LinearEncoder {
    private let channels: Int
    private let resampler: Resampler?
    /// The samples of a packet at their own rate; empty without a resampler.
    private let samples: UnsafeMutableBufferPointer<Int16>
    private let packetSamples: Int

    /// - Parameters:
    ///   - sampleRate: of the PCM [Hz].
    ///   - packetTime: [ms]
    init?(_ payload: PayloadPlan, sampleRate: Int, packetTime: Int) {
        guard PayloadFormat.linearRates.contains(payload.clockRate), PayloadFormat.linearRates.contains(sampleRate),
              1...2 ~= payload.channels else { return nil }
        channels = payload.channels
        packetSamples = payload.clockRate / 1000 * packetTime
        if payload.clockRate == sampleRate {
            resampler = nil
        } else {
            guard let made = try? Resampler(from: sampleRate, to: payload.clockRate, keepsDelay: true) else { return nil }
            resampler = made
        }
        samples = .allocate(capacity: resampler == nil ? 0 : packetSamples)
    }

    deinit { samples.deallocate() }

    /// - Returns: the number of bytes written; `nil` where the packet does not fit.
    func encode(_ frame: UnsafeBufferPointer<Int16>, into room: MutableBytes) -> Int? {
        guard packetSamples * 2 * channels <= room.count else { return nil }
        guard let resampler else { return L16.encode(frame, channels: channels, into: room) }
        guard let (_, written) = resampler.process(frame, into: samples) else { return nil }
        return L16.encode(UnsafeBufferPointer(rebasing: samples[..<written]), channels: channels, into: room)
    }
}

extension PayloadPlan {
    /// The length of packets that fit in a datagram [ms], in steps of 10; no format but L16 comes near to that.
    func packetTime(upTo asked: Int) -> Int {
        guard format == .l16 else { return asked }
        let bytesPerTenMilliseconds = max(1, clockRate / 100 * 2 * channels)
        return max(10, min(asked, Call.maximumPayloadLength / bytesPerTenMilliseconds * 10))
    }
}
