internal import Wire

/// The packets of a jitter buffer by sequence number.
///
/// Payloads lie in cells apart from the ring, and the cell that was given back last is taken first: a
/// buffer that holds two packets touches the memory of three, whatever its capacity. Slots and cells begin small and
/// double where they do not suffice, so that most calls have memory for a few small packets and none is allocated for a
/// packet in the long run.
struct PacketRing: ~Copyable {
    struct Entry {
        var sequence: Int64
        /// On the buffer's own timeline [clock ticks].
        var timestamp: Int64
        /// As it came [clock ticks].
        var sourceTimestamp: Int64
        var arrival: MonotonicInstant
        private var ticks: Int32
        fileprivate(set) var length: UInt16 = 0
        fileprivate(set) var cell: Int16 = -1
        var format: UInt8
        var marker: Bool
        /// Telephone events and comfort noise take up a sequence number but are played elsewhere.
        var isAudio: Bool
        fileprivate(set) var isPresent = true

        /// - Parameter duration: 0 to 120 ms [clock ticks].
        init(
            sequence: Int64, timestamp: Int64, sourceTimestamp: Int64, duration: Int64, arrival: MonotonicInstant, format: UInt8,
            marker: Bool, isAudio: Bool
        ) {
            self.sequence = sequence
            self.timestamp = timestamp
            self.sourceTimestamp = sourceTimestamp
            self.arrival = arrival
            ticks = Int32(truncatingIfNeeded: duration)
            self.format = format
            self.marker = marker
            self.isAudio = isAudio
        }

        /// [clock ticks]; 0 for a packet without audio.
        var duration: Int64 { Int64(ticks) }

        fileprivate static var absent: Entry {
            var entry = Entry(
                sequence: .min, timestamp: 0, sourceTimestamp: 0, duration: 0, arrival: MonotonicInstant(nanoseconds: 0),
                format: 0, marker: false, isAudio: false)
            entry.isPresent = false
            return entry
        }
    }

    /// No two packets are further apart than this [sequence numbers].
    let capacity: Int
    private let maximumPayload: Int
    private var slots: Int
    private var entries: UnsafeMutablePointer<Entry>
    private var cellSize = 0
    private var cellCount = 0
    private var cells: UnsafeMutableRawPointer
    private var freeCells: UnsafeMutablePointer<Int16>
    private var freeCount = 0
    private var lentCell: Int16 = -1
    /// The packets in the ring, those without audio too.
    private(set) var count = 0

    private static let fewestSlots = 16
    private static let fewestCells = 4
    /// 20 ms of G.711; of Opus at 20 kbit/s hardly any frame is longer [bytes].
    private static let smallestCell = 160

    /// - Parameters:
    ///   - capacity: a power of two, at most 1024.
    ///   - maximumPayload: at most 65,535 [bytes].
    init(capacity: Int, maximumPayload: Int) {
        self.capacity = capacity
        self.maximumPayload = maximumPayload
        slots = min(capacity, Self.fewestSlots)
        entries = .allocate(capacity: slots)
        entries.initialize(repeating: .absent, count: slots)
        cells = .allocate(byteCount: 0, alignment: 16)
        freeCells = .allocate(capacity: 0)
    }

    deinit {
        entries.deallocate()
        cells.deallocate()
        freeCells.deallocate()
    }

    private func slot(_ sequence: Int64) -> UnsafeMutablePointer<Entry> {
        entries + (Int(truncatingIfNeeded: sequence) & (slots - 1))
    }

    /// The packet with this number if it is here.
    func entry(_ sequence: Int64) -> Entry? {
        let entry = slot(sequence).pointee
        return entry.isPresent && entry.sequence == sequence ? entry : nil
    }

    /// Whether this number is here or was, as long as nothing has taken its place since.
    func hasSeen(_ sequence: Int64) -> Bool { slot(sequence).pointee.sequence == sequence }

    func payload(_ entry: Entry) -> Bytes {
        entry.cell < 0 ? .empty : Bytes(UnsafeRawPointer(cells + Int(entry.cell) * cellSize), count: Int(entry.length))
    }

    /// Copies a packet in. Its place must be free and its payload no longer than the maximum, which the buffer has checked.
    mutating func insert(_ new: Entry, payload: Bytes) {
        guard payload.count <= maximumPayload else { return }
        while slot(new.sequence).pointee.isPresent, slots < capacity { growSlots() }
        let place = slot(new.sequence)
        guard !place.pointee.isPresent else { return }
        var entry = new
        if let from = payload.base, payload.count > 0 {
            if payload.count > cellSize || freeCount == 0 { growCells(for: payload.count) }
            guard freeCount > 0 else { return }
            freeCount -= 1
            entry.cell = freeCells[freeCount]
            entry.length = UInt16(truncatingIfNeeded: payload.count)
            (cells + Int(entry.cell) * cellSize).copyMemory(from: from, byteCount: payload.count)
        }
        place.pointee = entry
        count += 1
    }

    /// Twice as many slots. A number that was seen keeps its place as long as none that came later wants it.
    private mutating func growSlots() {
        let former = UnsafeMutableBufferPointer(start: entries, count: slots)
        slots *= 2
        entries = .allocate(capacity: slots)
        entries.initialize(repeating: .absent, count: slots)
        for entry in former where entry.sequence != .min { slot(entry.sequence).pointee = entry }
        former.deallocate()
    }

    /// More cells or longer ones, whichever is wanting; what lies in them stays.
    private mutating func growCells(for length: Int) {
        // One more than the ring holds: the packet that was just taken is still being read.
        let newCount = freeCount > 0 ? cellCount : min(max(2 * cellCount, Self.fewestCells), capacity + 1)
        let newSize = length <= cellSize ? cellSize : min(max(length, 2 * cellSize, Self.smallestCell), maximumPayload)
        let newCells = UnsafeMutableRawPointer.allocate(byteCount: newCount * newSize, alignment: 16)
        let newFree = UnsafeMutablePointer<Int16>.allocate(capacity: newCount)
        for cell in 0..<cellCount { (newCells + cell * newSize).copyMemory(from: cells + cell * cellSize, byteCount: cellSize) }
        newFree.initialize(from: freeCells, count: freeCount)
        for cell in stride(from: newCount - 1, through: cellCount, by: -1) {
            newFree[freeCount] = Int16(truncatingIfNeeded: cell)
            freeCount += 1
        }
        cells.deallocate()
        freeCells.deallocate()
        (cells, freeCells, cellSize, cellCount) = (newCells, newFree, newSize, newCount)
    }

    /// Takes a packet out, for good.
    mutating func remove(_ sequence: Int64) {
        guard let entry = entry(sequence) else { return }
        release(entry.cell)
        forget(sequence)
    }

    /// Takes a packet out and keeps its payload readable until `endLoan`.
    mutating func lend(_ entry: Entry) -> Bytes {
        endLoan()
        lentCell = entry.cell
        forget(entry.sequence)
        return payload(entry)
    }

    mutating func endLoan() {
        release(lentCell)
        lentCell = -1
    }

    private mutating func forget(_ sequence: Int64) {
        slot(sequence).pointee.isPresent = false
        slot(sequence).pointee.cell = -1
        count -= 1
    }

    private mutating func release(_ cell: Int16) {
        guard cell >= 0 else { return }
        freeCells[freeCount] = cell
        freeCount += 1
    }

    /// Takes everything out and forgets which numbers were seen.
    mutating func removeAll() {
        endLoan()
        for index in 0..<slots {
            if entries[index].isPresent {
                release(entries[index].cell)
                entries[index].isPresent = false
                entries[index].cell = -1
            }
            entries[index].sequence = .min
        }
        count = 0
    }
}
