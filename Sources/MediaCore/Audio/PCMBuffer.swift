/// Samples between the decoder, which yields what a packet holds, and the encoder, which takes what a packet
/// shall hold. First in, first out. It begins with a sixth of its memory, which is enough for as good as every call.
final class PCMBuffer {
    private var samples: UnsafeMutablePointer<Int16>
    private var allocated: Int
    private let capacity: Int
    private var start = 0
    private(set) var count = 0

    /// - Parameter capacity: [samples]
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        allocated = max(1, capacity / 6)
        samples = .allocate(capacity: allocated)
        samples.initialize(repeating: 0, count: allocated)
    }

    deinit { samples.deallocate() }

    /// Room for `length` samples behind the last one, or `nil` when there is not that much.
    func room(for length: Int) -> UnsafeMutableBufferPointer<Int16>? {
        guard length >= 0, length <= capacity - count else { return nil }
        if count + length > allocated { grow(toHold: count + length) }
        if start + count + length > allocated {
            samples.update(from: samples + start, count: count)
            start = 0
        }
        return UnsafeMutableBufferPointer(start: samples + start + count, count: length)
    }

    private func grow(toHold needed: Int) {
        let size = min(max(needed, 2 * allocated), capacity)
        let larger = UnsafeMutablePointer<Int16>.allocate(capacity: size)
        larger.initialize(repeating: 0, count: size)
        larger.update(from: samples + start, count: count)
        samples.deallocate()
        samples = larger
        allocated = size
        start = 0
    }

    /// Takes over the first `length` samples that were written into `room(for:)`.
    func append(_ length: Int) { count += min(max(0, length), capacity - count) }

    /// The first `length` samples, valid until the next change, or `nil` when there are not that many.
    func front(_ length: Int) -> UnsafeBufferPointer<Int16>? {
        guard length >= 0, length <= count else { return nil }
        return UnsafeBufferPointer(start: samples + start, count: length)
    }

    /// The same, to be changed in place.
    func mutableFront(_ length: Int) -> UnsafeMutableBufferPointer<Int16>? {
        guard length >= 0, length <= count else { return nil }
        return UnsafeMutableBufferPointer(start: samples + start, count: length)
    }

    func removeFirst(_ length: Int) {
        let length = min(max(0, length), count)
        start += length
        count -= length
        if count == 0 { start = 0 }
    }

    func removeAll() { removeFirst(count) }
}
