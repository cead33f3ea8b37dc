/// Which ports of a range are taken, and where the next search begins.
struct PortRotation: Sendable {
    /// One search: once round the range at most, from where the rotation stood when it began.
    struct Walk {
        fileprivate let start: Int
        fileprivate var step = 0
    }

    private let first: Int
    private var isTaken: [Bool]
    private var cursor: Int
    private(set) var used = 0

    /// - Parameters:
    ///   - excluded: ports that count as taken, for good.
    ///   - start: the offset in `range` at which the rotation begins.
    init(range: ClosedRange<UInt16>, excluding excluded: Set<UInt16> = [], start: Int) {
        first = Int(range.lowerBound)
        isTaken = range.map(excluded.contains)
        cursor = start % range.count
    }

    func beginWalk() -> Walk { Walk(start: cursor) }

    /// Takes the next free port of the walk, or for `width` 2 an even one whose successor is free too.
    mutating func take(_ width: Int, _ walk: inout Walk) -> UInt16? {
        while walk.step < isTaken.count {
            let offset = (walk.start + walk.step) % isTaken.count
            walk.step += 1
            guard isFree(offset, width) else { continue }
            for index in offset..<(offset + width) { isTaken[index] = true }
            used += width
            cursor = (offset + width) % isTaken.count
            return UInt16(first + offset)
        }
        return nil
    }

    /// Takes that port, unless it is taken or not of the range.
    mutating func take(_ port: UInt16) -> Bool {
        let offset = Int(port) - first
        guard isTaken.indices.contains(offset), !isTaken[offset] else { return false }
        isTaken[offset] = true
        used += 1
        return true
    }

    mutating func giveBack(_ port: UInt16) {
        let offset = Int(port) - first
        guard isTaken.indices.contains(offset), isTaken[offset] else { return }
        isTaken[offset] = false
        used -= 1
    }

    private func isFree(_ offset: Int, _ width: Int) -> Bool {
        guard width == 2 else { return !isTaken[offset] }
        return (first + offset).isMultiple(of: 2) && offset + 1 < isTaken.count && !isTaken[offset] && !isTaken[offset + 1]
    }
}
