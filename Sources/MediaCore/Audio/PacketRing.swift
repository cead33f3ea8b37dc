internal import Wire

/// The packets of a jitter buffer by sequence number, in memory that is allocated once.
///
/// Payloads lie in cells apart from the ring, and the cell that was given back last is taken first: a
/// buffer that holds two packets touches the memory of three, whatever its capacity.
struct PacketRing: ~Copyable {
    struct Entry {
        var sequence: Int64
        /// On the buffer's own timeline [clock ticks].
        var timestamp: Int64
        /// As it came [clock ticks].
        var sourceTimestamp: Int64
        /// [clock ticks]; 0 for a packet without audio.
        var duration: Int64
        var arrival: MonotonicInstant
        var length = 0
        var format: UInt8
        var marker: Bool
        /// Telephone events and comfort noise take up a sequence number but are played elsewhere.
        var isAudio: Bool
        fileprivate(set) var isPresent = true
        fileprivate(set) var cell: Int32 = -1
    }

    let capacity: Int
    private let cellSize: Int
    private let entries: UnsafeMutablePointer<Entry>
    private let cells: UnsafeMutableRawPointer
    private let freeCells: UnsafeMutablePointer<Int32>
    private var freeCount: Int
    private var lentCell: Int32 = -1
    /// The packets in the ring, those without audio too.
    private(set) var count = 0

    /// - Parameter capacity: a power of two.
    init(capacity: Int, maximumPayload: Int) {
        self.capacity = capacity
        cellSize = maximumPayload
        // One more than the ring holds: the packet that was just taken is still being read.
        freeCount = capacity + 1
        entries = .allocate(capacity: capacity)
        cells = .allocate(byteCount: (capacity + 1) * maximumPayload, alignment: 16)
        freeCells = .allocate(capacity: capacity + 1)
        let absent = Entry(
            sequence: .min, timestamp: 0, sourceTimestamp: 0, duration: 0, arrival: MonotonicInstant(nanoseconds: 0),
            format: 0, marker: false, isAudio: false, isPresent: false)
        entries.initialize(repeating: absent, count: capacity)
        for cell in 0...capacity { freeCells[cell] = Int32(capacity - cell) }
    }

    deinit {
        entries.deallocate()
        cells.deallocate()
        freeCells.deallocate()
    }

    private func slot(_ sequence: Int64) -> UnsafeMutablePointer<Entry> {
        entries + (Int(truncatingIfNeeded: sequence) & (capacity - 1))
    }

    /// The packet with this number if it is here.
    func entry(_ sequence: Int64) -> Entry? {
        let entry = slot(sequence).pointee
        return entry.isPresent && entry.sequence == sequence ? entry : nil
    }

    /// Whether this number is here or was, as long as nothing has taken its place since.
    func hasSeen(_ sequence: Int64) -> Bool { slot(sequence).pointee.sequence == sequence }

    func payload(_ entry: Entry) -> Bytes {
        entry.cell < 0 ? .empty : Bytes(UnsafeRawPointer(cells + Int(entry.cell) * cellSize), count: entry.length)
    }

    /// Copies a packet in. Its place must be free and its payload no longer than a cell, which the buffer has checked.
    mutating func insert(_ new: Entry, payload: Bytes) {
        let place = slot(new.sequence)
        guard !place.pointee.isPresent, payload.count <= cellSize else { return }
        var entry = new
        if let from = payload.base, payload.count > 0, freeCount > 0 {
            freeCount -= 1
            entry.cell = freeCells[freeCount]
            entry.length = payload.count
            (cells + Int(entry.cell) * cellSize).copyMemory(from: from, byteCount: payload.count)
        }
        place.pointee = entry
        count += 1
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

    private mutating func release(_ cell: Int32) {
        guard cell >= 0 else { return }
        freeCells[freeCount] = cell
        freeCount += 1
    }

    /// Takes everything out and forgets which numbers were seen.
    mutating func removeAll() {
        endLoan()
        for index in 0..<capacity {
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
