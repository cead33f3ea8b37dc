import Wire

/// Replies by their cookies, end to end in a few large blocks, which the system gets back as a whole.
struct ReplyStore {
    /// Where a reply lies.
    private struct Place {
        var block: Int32
        var offset: Int32
        var length: Int32
    }

    /// From 128 KiB on a block is memory of its own, which no small one keeps from going back [bytes].
    private static let blockLength = 256 << 10

    private var blocks: [[UInt8]] = []
    /// By a keyed hash of the cookie. Two cookies of one hash are so rare that the later one may take the place:
    /// the other one's request would be carried out again if it came again.
    private var places: [Int: Place] = [:]
    /// Of replies and places.
    private(set) var byteCount = 0
    /// What a place takes in the table, which is half full on average [bytes].
    private static let placeLength = 48

    var isEmpty: Bool { places.isEmpty }

    func reply(to cookie: [UInt8]) -> [UInt8]? {
        guard let place = places[Self.hash(cookie[...])] else { return nil }
        let start = Int(place.offset)
        let reply = blocks[Int(place.block)][start..<(start + Int(place.length))]
        guard reply.starts(with: cookie), reply.dropFirst(cookie.count).first == UInt8(ascii: " ") else { return nil }
        return Array(reply)
    }

    mutating func insert(_ reply: [UInt8], cookieLength: Int) {
        if blocks.isEmpty || blocks[blocks.count - 1].count + reply.count > Self.blockLength {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(max(Self.blockLength, reply.count))
        }
        let last = blocks.count - 1
        places[Self.hash(reply.prefix(cookieLength))] = Place(
            block: Int32(clamping: last), offset: Int32(clamping: blocks[last].count), length: Int32(clamping: reply.count))
        blocks[last].append(contentsOf: reply)
        byteCount += reply.count + Self.placeLength
    }

    private static func hash(_ cookie: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        cookie.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
