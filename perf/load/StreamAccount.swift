/// The numbered things that came within the measured window, each once.
struct Attendance {
    private var words: [UInt64]
    /// How many different ones came.
    private(set) var present = 0
    private(set) var duplicates = 0

    init(capacity: Int) { words = Array(repeating: 0, count: (max(0, capacity) + 63) / 64) }

    /// - Returns: whether it is the first time; `false` for a number beyond the capacity, too.
    mutating func note(_ number: Int) -> Bool {
        guard number >= 0, number / 64 < words.count else { return false }
        let bit = UInt64(1) << UInt64(number % 64)
        guard words[number / 64] & bit == 0 else {
            duplicates += 1
            return false
        }
        words[number / 64] |= bit
        present += 1
        return true
    }
}

/// One direction of a relayed call as its receiver sees it. Every packet carries its sender's counter in its payload,
/// so a packet is told from the next whatever header the daemon gave it.
struct RelayAccount {
    private var attendance = Attendance(capacity: 0)
    /// The counter of the first packet that was sent in the window, and of the first one after it.
    private var first: UInt32?
    private var end: UInt32?

    var received: Int { attendance.present }
    var duplicates: Int { attendance.duplicates }

    /// Makes room for the packets of a window, ahead of it because it takes time.
    mutating func prepare(capacity: Int) { attendance = Attendance(capacity: capacity) }

    mutating func begin(at counter: UInt32) {
        first = counter
        end = nil
    }

    mutating func finish(at counter: UInt32) { end = counter }

    /// How many were sent in the window.
    var sent: Int {
        guard let first, let end else { return 0 }
        return Int(end &- first)
    }

    /// - Returns: whether the packet is one of the window's and new.
    mutating func take(_ counter: UInt32) -> Bool {
        guard let first, counter &- first < 1 << 31 else { return false }
        if let end, counter &- first >= end &- first { return false }
        return attendance.note(Int(counter &- first))
    }
}

/// One direction of a transcoded call as its receiver sees it: frames of 20 ms on the line of the output's RTP timestamps.
///
/// The n-th frame is due at `anchor` + n * 20 ms. The anchor is the earliest that any frame of the time before the window would
/// have had it: a frame of the input is sent every 20 ms on an ideal clock and output timestamps move as the input's
/// do, so this is the time of the corresponding input frame plus the least delay that the daemon was seen to need. Lateness is
/// what comes on top of that. The constant part (codec, jitter buffer) is not in it; recordings show it.
struct FrameAccount {
    static let frameTime: Int64 = 20_000_000
    /// A timestamp that strays further than this from the clock begins another line [ns].
    private static let longestStray: Int64 = 1_000_000_000

    /// RTP timestamp units of 20 ms.
    let frameTicks: Int32
    private var attendance = Attendance(capacity: 0)
    private var lastTimestamp: UInt32 = 0
    private var lastIndex: Int64 = 0
    /// When frame 0 was due [ns].
    private var anchor: Int64?
    private var isAnchorFixed = false
    private var first: Int64?
    private var end: Int64?
    /// How often the line had to be begun anew.
    private(set) var restarts = 0

    init(frameTicks: Int32) { self.frameTicks = frameTicks }

    var received: Int { attendance.present }
    var duplicates: Int { attendance.duplicates }
    /// Frames that were due in the window; `nil` where nothing was heard before it.
    var expected: Int? {
        guard let first, let end else { return nil }
        return Int(max(0, end - first))
    }

    /// Makes room for the frames of a window, ahead of it because it takes time. What was heard so far is no part of the line.
    mutating func prepare(capacity: Int) {
        attendance = Attendance(capacity: capacity)
        anchor = nil
    }

    /// The window begins; the anchor is fixed.
    mutating func begin(at now: Int64) {
        guard let anchor else { return }
        isAnchorFixed = true
        first = (now - anchor + Self.frameTime - 1) / Self.frameTime
        end = nil
    }

    mutating func finish(at now: Int64) {
        guard let anchor, first != nil else { return }
        end = (now - anchor + Self.frameTime - 1) / Self.frameTime
    }

    /// - Parameters:
    ///   - frames: how many frames of 20 ms the packet holds.
    /// - Returns: how late the packet came [ns]; `nil` where it does not belong to the window or came before.
    mutating func take(timestamp: UInt32, frames: Int, at arrival: Int64) -> Int64? {
        let index = place(timestamp, at: arrival)
        guard let anchor else { return nil }
        if !isAnchorFixed { self.anchor = min(anchor, arrival - index * Self.frameTime) }
        guard let first else { return nil }
        if let end, index >= end { return nil }
        var isNew = false
        for number in index..<index + Int64(frames) where attendance.note(Int(number - first)) { isNew = true }
        return isNew ? max(0, arrival - anchor - index * Self.frameTime) : nil
    }

    private mutating func place(_ timestamp: UInt32, at arrival: Int64) -> Int64 {
        guard let anchor else {
            anchor = arrival
            lastTimestamp = timestamp
            lastIndex = 0
            return 0
        }
        let step = Int32(bitPattern: timestamp &- lastTimestamp)
        var index = lastIndex + Int64((Double(step) / Double(frameTicks)).rounded())
        if abs(arrival - anchor - index * Self.frameTime) > Self.longestStray {
            index = (arrival - anchor) / Self.frameTime
            restarts += 1
        }
        if index > lastIndex || step > 0 {
            lastIndex = index
            lastTimestamp = timestamp
        }
        return index
    }
}
