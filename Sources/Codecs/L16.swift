public import Wire

/// Samples as they are: 16 bits in network byte order, the channels of one moment side by side (RFC 3551 section 4.5.11).
public enum L16 {
    /// How many samples of each channel a payload holds; a rest that is no whole one is left out.
    @inlinable public static func sampleCount(_ bytes: Bytes, channels: Int) -> Int { bytes.count / 2 / max(1, channels) }

    /// Writes one channel into all `channels`, as many samples as both sides hold.
    ///
    /// - Returns: the number of bytes written.
    public static func encode(_ pcm: UnsafeBufferPointer<Int16>, channels: Int, into bytes: MutableBytes) -> Int {
        let channels = max(1, channels)
        let count = min(pcm.count, bytes.count / 2 / channels)
        guard count > 0, let from = pcm.baseAddress, let to = bytes.base else { return 0 }
        var offset = 0
        for index in 0..<count {
            let sample = from[index].bigEndian
            for _ in 0..<channels {
                to.storeBytes(of: sample, toByteOffset: offset, as: Int16.self)
                offset += 2
            }
        }
        return offset
    }

    /// Reads the average of all `channels`, as many samples as both sides hold.
    ///
    /// - Returns: the number of samples written.
    public static func decode(_ bytes: Bytes, channels: Int, into pcm: UnsafeMutableBufferPointer<Int16>) -> Int {
        let channels = max(1, channels)
        let count = min(pcm.count, sampleCount(bytes, channels: channels))
        guard count > 0, let from = bytes.base, let to = pcm.baseAddress else { return 0 }
        var offset = 0
        for index in 0..<count {
            var sum = 0
            for _ in 0..<channels {
                sum += Int(Int16(bigEndian: from.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
                offset += 2
            }
            to[index] = Int16(truncatingIfNeeded: sum / channels)
        }
        return count
    }
}
