import NIOCore

/// An event in the form in which it leaves; all targets share its bytes.
struct EventMessage: Sendable, Equatable {
    let id: UInt64
    let kind: EventKind
    let callID: String
    /// One JSON object.
    let body: ByteBuffer
}

/// One way for events to the outside.
///
/// `send` takes an event in order and returns soon: what the other end does not take at once is kept within bounds or given up.
protocol EventTarget: Sendable {
    /// For the log.
    var name: String { get }
    func send(_ message: EventMessage) async
    /// Sends what can still be sent in bounded time, and closes.
    func close() async
    var counters: EventCounters { get async }
}

/// What became of a target's events.
struct EventCounters: Sendable, Equatable {
    var sent: UInt64 = 0
    /// Further tries for events whose sending failed.
    var retried: UInt64 = 0
    /// Given up for lack of room.
    var dropped: UInt64 = 0
    /// Refused by the other end, or given up after too many tries or too long a time.
    var failed: UInt64 = 0
}
