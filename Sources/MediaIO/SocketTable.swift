/// A worker's sockets by a small number, which with a generation makes the token that a wait reports.
///
/// A wait returns many tokens at once, and handling one may close the socket of another: the token of a
/// closed socket finds nothing, even when its number is in use again.
struct SocketTable {
    struct Entry {
        var descriptor: Int32
        /// The worker's number of the call; `sharedPort` if it carries many.
        var call: Int
        /// That call, which outlives its sockets: finding it must cost no reference count. `nil` of a shared port.
        var owner: Unmanaged<CallEntry>?
        /// Where its `Call` lies, to have that fetched without looking.
        var machine: UnsafeRawPointer?
        /// The call's number of the socket; of a shared port its place among the worker's.
        var slot: Int
        /// How many datagrams the kernel had dropped when it was last asked.
        var kernelDrops: UInt32 = 0
        fileprivate var generation: UInt32 = 0
        fileprivate var isOpen = true

        static let sharedPort = -1

        init(descriptor: Int32, call: Int, slot: Int) {
            self.descriptor = descriptor
            self.call = call
            self.slot = slot
        }
    }

    private var entries: [Entry] = []
    private var free: [Int] = []
    /// Of numbers that are used for the first time; larger than any before the last `reset`.
    private var firstGeneration: UInt32 = 0

    /// Numbers that are or were in use: they are below it.
    var count: Int { entries.count }
    func isOpen(_ index: Int) -> Bool { entries[index].isOpen }

    /// Enters a socket and returns its token, whose highest bit is not set.
    mutating func insert(_ entry: Entry) -> UInt64 {
        var entry = entry
        guard let index = free.popLast() else {
            entry.generation = firstGeneration
            entries.append(entry)
            return UInt64(entry.generation) << 32 | UInt64(entries.count - 1)
        }
        entry.generation = (entries[index].generation &+ 1) & 0x7fff_ffff
        entries[index] = entry
        return UInt64(entry.generation) << 32 | UInt64(index)
    }

    /// The number of an open socket; `nil` if the token's socket was closed.
    func index(of token: UInt64) -> Int? {
        let index = Int(truncatingIfNeeded: token & 0xffff_ffff)
        guard index < entries.count, entries[index].isOpen else { return nil }
        return entries[index].generation == UInt32(truncatingIfNeeded: token >> 32) ? index : nil
    }

    /// - Parameter index: one that `index(of:)` returned, with nothing removed since.
    subscript(index: Int) -> Entry {
        get { entries[index] }
        set { entries[index] = newValue }
    }

    /// Gives up its memory if no socket is open. Former tokens still find nothing.
    mutating func reset() {
        guard free.count == entries.count, let latest = entries.map(\.generation).max() else { return }
        firstGeneration = (latest &+ 1) & 0x7fff_ffff
        entries = []
        free = []
    }

    mutating func remove(_ token: UInt64) {
        guard let index = index(of: token) else { return }
        entries[index].isOpen = false
        free.append(index)
    }
}
