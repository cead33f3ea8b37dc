import Wire

/// When a worker is better woken for several packets at a time.
///
/// A wake-up costs as much as two packets, and several times that on a virtual machine. Where packets come far apart each is
/// answered at once; where more than a few come in the longest pause, nothing wakes the worker until enough of them are expected
/// since it was last woken. A worker that needs longer than that for what it has found does not pause at all.
///
/// Packets that are not answered, but wait in jitter buffers for the next frame of audio, may as well wait in their sockets:
/// frames are made on a grid, and their deadline ends the pause.
struct Coalescing {
    /// The longest time that an answer waits because of it.
    static let longest = Nanoseconds.microseconds(400)
    /// So many packets are waited for; what a wake-up costs each of them is then next to nothing.
    static let wanted = 16
    /// So many must be expected in the longest pause: the timer behind it costs as much as two wake-ups.
    static let worthwhile = 4
    /// Frames of converted audio are made at multiples of this (`CallConfiguration.audioGrid`).
    static let audioGrid = Nanoseconds.milliseconds(5)
    /// Where fewer than one packet in so many is answered, nobody waits for the worker; a few relayed calls are enough that somebody does.
    private static let answered = 200
    /// The time over which packets are counted.
    private static let window = Nanoseconds.milliseconds(20)

    private var windowBegan: MonotonicInstant
    private var packets = 0
    private var answers = 0
    private var pause = Nanoseconds.zero

    init(at now: MonotonicInstant) { windowBegan = now }

    /// So many packets were found when the worker was woken at `now`, and so many sent because of them.
    mutating func note(packets: Int, answers: Int, at now: MonotonicInstant) {
        self.packets += packets
        self.answers += answers
        let span = now - windowBegan
        guard span >= Self.window else { return }
        pause = choose(span)
        windowBegan = now
        self.packets = 0
        self.answers = 0
    }

    /// - Parameter span: the time in which the packets came that are counted.
    private func choose(_ span: Nanoseconds) -> Nanoseconds {
        guard packets > 0 else { return .zero }
        if answers * Self.answered < packets { return Self.audioGrid }
        guard Int64(packets) * Self.longest.count >= Int64(Self.worthwhile) * span.count else { return .zero }
        return min(Self.longest, Nanoseconds(Int64(Self.wanted) * span.count / Int64(packets)))
    }

    /// How long the next wait shall let nothing wake it.
    /// - Parameter woken: when the last wait ended.
    func pause(at now: MonotonicInstant, woken: MonotonicInstant) -> Nanoseconds {
        max(.zero, pause - (now - woken))
    }
}
