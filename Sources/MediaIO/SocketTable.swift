/// A worker's sockets by a small number, which with a generation makes the token that the poller reports.
///
/// A wait returns many tokens at once, and handling one may close the socket of another: the token of a
/// closed socket finds nothing, even when its number is in use again.
struct SocketTable {
    struct Entry {
        var descriptor: Int32
        /// The worker's number of the call; `sharedPort` if it carries many.
        var call: Int
        /// The call's number of the socket; of a shared port its place among the worker's.
        var slot: Int
        /// How many datagrams the kernel had dropped when it last told.
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

    /// Enters a socket and returns its token. Never `UInt64.max`.
    mutating func insert(_ entry: Entry) -> UInt64 {
        var entry = entry
        guard let index = free.popLast() else {
            entries.append(entry)
            return UInt64(entries.count - 1)
        }
        entry.generation = entries[index].generation &+ 1
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

    mutating func remove(_ token: UInt64) {
        guard let index = index(of: token) else { return }
        entries[index].isOpen = false
        free.append(index)
    }
}
