/// Which leg has which of the call's sockets, by slot; the first ones in place, since each packet asks.
struct SlotOwners {
    private struct Places {
        var own: Unmanaged<MediaLeg>?
        /// The leg that hears what comes here, or is heard there.
        var other: Unmanaged<MediaLeg>?
    }

    private var first = InlineArray<4, Places>(repeating: Places())
    private var others: [Places] = []

    /// The legs have to live longer than this.
    init(_ owners: [(slot: Int, leg: MediaLeg, other: MediaLeg?)] = []) {
        let highest = owners.map(\.slot).max() ?? -1
        if highest >= first.count { others = Array(repeating: Places(), count: highest - first.count + 1) }
        for (slot, leg, other) in owners where slot >= 0 {
            let places = Places(own: .passUnretained(leg), other: other.map { .passUnretained($0) })
            if slot < first.count { first[slot] = places } else { others[slot - first.count] = places }
        }
    }

    /// Where the leg of a slot lies in memory, and the other leg; without a look at either.
    func places(of slot: Int) -> (own: UnsafeRawPointer?, other: UnsafeRawPointer?) {
        guard let places = find(slot) else { return (nil, nil) }
        return (places.own.map { UnsafeRawPointer($0.toOpaque()) }, places.other.map { UnsafeRawPointer($0.toOpaque()) })
    }

    subscript(slot: Int) -> MediaLeg? { find(slot)?.own?.takeUnretainedValue() }

    private func find(_ slot: Int) -> Places? {
        guard slot >= 0 else { return nil }
        if slot < first.count { return first[slot] }
        return slot - first.count < others.count ? others[slot - first.count] : nil
    }
}
