internal import Wire

/// The least transit time (arrival minus media time, of arbitrary origin) of the last eight seconds: that of
/// a packet which met no queue, from which the delay of every other one is counted.
///
/// A window rather than the least ever, since the two clocks drift apart and routes change.
struct TransitWindow {
    private static let slots = 8
    private static let slotLength: Int64 = 1_000_000_000

    /// The least transit in each second; `.max` for one without packets.
    private var minima = InlineArray<8, Int64>(repeating: .max)
    private var current: Int64 = .min
    /// [ns]; the last one known while nothing arrives.
    private(set) var minimum: Int64 = 0
    private(set) var isEmpty = true

    mutating func note(_ transit: Int64, at arrival: MonotonicInstant) {
        advance(to: arrival.nanoseconds / Self.slotLength)
        let slot = index(current)
        minima[slot] = min(minima[slot], transit)
        isEmpty = false
        var least = Int64.max
        for index in 0..<Self.slots { least = min(least, minima[index]) }
        minimum = least
    }

    mutating func removeAll() { self = TransitWindow() }

    /// Clears the seconds that passed since the last packet; an instant before it counts as its second.
    private mutating func advance(to second: Int64) {
        if isEmpty || second &- current >= Int64(Self.slots) {
            for index in 0..<Self.slots { minima[index] = .max }
            current = second
        }
        while current < second {
            current &+= 1
            minima[index(current)] = .max
        }
    }

    private func index(_ second: Int64) -> Int { Int(truncatingIfNeeded: second) & (Self.slots - 1) }
}
