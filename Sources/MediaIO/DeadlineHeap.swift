package import Wire

/// The deadlines of a worker's calls, at most one each, earliest first: a binary heap that knows where each call stands.
///
/// Keys are the worker's small call numbers. Setting and removing cost O(log n) and allocate nothing once
/// the largest key was seen.
package struct DeadlineHeap {
    private struct Item {
        var deadline: MonotonicInstant
        var key: Int
    }

    private var items: [Item] = []
    /// By key: the index in `items`, or -1.
    private var places: [Int] = []

    package init() {}

    /// `distantFuture` while there is none.
    package var earliest: MonotonicInstant { items.first?.deadline ?? .distantFuture }

    package func deadline(of key: Int) -> MonotonicInstant {
        guard key < places.count, places[key] >= 0 else { return .distantFuture }
        return items[places[key]].deadline
    }

    /// Sets the deadline of `key`; `distantFuture` removes it.
    package mutating func set(_ key: Int, to deadline: MonotonicInstant) {
        guard deadline != .distantFuture else { return remove(key) }
        while places.count <= key { places.append(-1) }
        let place = places[key]
        if place >= 0 {
            items[place].deadline = deadline
            siftUp(place)
            siftDown(places[key])
        } else {
            places[key] = items.count
            items.append(Item(deadline: deadline, key: key))
            siftUp(items.count - 1)
        }
    }

    package mutating func remove(_ key: Int) {
        guard key < places.count, places[key] >= 0 else { return }
        let place = places[key]
        swapItems(place, items.count - 1)
        items.removeLast()
        places[key] = -1
        guard place < items.count else { return }
        let moved = items[place].key
        siftUp(place)
        siftDown(places[moved])
    }

    /// Removes and returns a key whose deadline is not after `now`, earliest first.
    package mutating func popDue(at now: MonotonicInstant) -> Int? {
        guard let first = items.first, first.deadline <= now else { return nil }
        remove(first.key)
        return first.key
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[child].deadline < items[parent].deadline else { return }
            swapItems(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            let left = 2 * parent + 1
            if left < items.count, items[left].deadline < items[smallest].deadline { smallest = left }
            if left + 1 < items.count, items[left + 1].deadline < items[smallest].deadline { smallest = left + 1 }
            if smallest == parent { return }
            swapItems(parent, smallest)
            parent = smallest
        }
    }

    private mutating func swapItems(_ a: Int, _ b: Int) {
        guard a != b else { return }
        items.swapAt(a, b)
        places[items[a].key] = a
        places[items[b].key] = b
    }
}
