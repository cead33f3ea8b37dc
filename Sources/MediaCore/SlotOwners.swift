/// Which leg has which of the call's sockets, by slot; the first ones in place, since each packet asks.
struct SlotOwners {
    private var first = InlineArray<4, Unmanaged<MediaLeg>?>(repeating: nil)
    private var others: [Unmanaged<MediaLeg>?] = []

    /// The legs have to live longer than this.
    init(_ owners: [(slot: Int, leg: MediaLeg)] = []) {
        let highest = owners.map(\.slot).max() ?? -1
        if highest >= first.count { others = Array(repeating: nil, count: highest - first.count + 1) }
        for (slot, leg) in owners where slot >= 0 {
            if slot < first.count { first[slot] = .passUnretained(leg) } else { others[slot - first.count] = .passUnretained(leg) }
        }
    }

    /// Where the leg of a slot lies in memory, and the other leg; without a look at either.
    func places(of slot: Int) -> (own: UnsafeRawPointer?, other: UnsafeRawPointer?) {
        guard slot >= 0, slot < first.count, let own = first[slot]?.toOpaque() else { return (nil, nil) }
        for index in first.indices {
            if let other = first[index]?.toOpaque(), other != own { return (UnsafeRawPointer(own), UnsafeRawPointer(other)) }
        }
        return (UnsafeRawPointer(own), nil)
    }

    subscript(slot: Int) -> MediaLeg? {
        guard slot >= 0 else { return nil }
        if slot < first.count { return first[slot]?.takeUnretainedValue() }
        return slot - first.count < others.count ? others[slot - first.count]?.takeUnretainedValue() : nil
    }
}
