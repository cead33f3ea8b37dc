import Wire

/// Digits for a peer that can't be sent to yet, or that hears its audio late: each waits for its place between the words.
struct DigitBacklog {
    struct Digit {
        /// RFC 4733 section 3.2.
        var code: UInt8 = 0
        /// 0 to 63 [-dBm0].
        var volume: UInt8 = 0
        var arrival = MonotonicInstant(nanoseconds: 0)
        /// How long it is known to have lasted so far [ms].
        var duration = 0
        var isFinished = false
    }

    private static let capacity = 32

    /// A ring, made when the first digit has to wait.
    private var digits: [Digit] = []
    private var head = 0
    private(set) var count = 0
    /// The newest digit is here and still being pressed.
    private(set) var isOpen = false

    var first: Digit? { count == 0 ? nil : digits[head] }

    /// `false` when too many are waiting; then this one is lost.
    mutating func start(code: UInt8, volume: UInt8, at arrival: MonotonicInstant) -> Bool {
        if isOpen { digits[newest].isFinished = true }
        if digits.isEmpty { digits = Array(repeating: Digit(), count: Self.capacity) }
        isOpen = count < Self.capacity
        guard isOpen else { return false }
        count += 1
        digits[newest] = Digit(code: code, volume: volume, arrival: arrival)
        return true
    }

    /// The newest digit is known to have lasted this long.
    mutating func extend(toMilliseconds duration: Int) {
        if isOpen { digits[newest].duration = max(digits[newest].duration, duration) }
    }

    mutating func finish(durationMilliseconds duration: Int) {
        guard isOpen else { return }
        digits[newest].duration = duration
        digits[newest].isFinished = true
        isOpen = false
    }

    /// What more is told of a digit that is taken out unfinished is not for here.
    mutating func removeFirst() {
        guard count > 0 else { return }
        if count == 1 { isOpen = false }
        head = (head + 1) % Self.capacity
        count -= 1
    }

    private var newest: Int { (head + count - 1) % Self.capacity }
}
