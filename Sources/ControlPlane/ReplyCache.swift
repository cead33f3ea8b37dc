import Wire

/// What was replied to which cookie, so that a request that a client sends again is answered again and not carried out again.
///
/// Two generations: the older one is dropped at the earliest lookup 30 s after the last change, so a reply
/// lives 30 to 60 s. The cookie alone is the key, as clients may resend from another port.
struct ReplyCache {
    typealias Reply = @Sendable ([UInt8]) -> Void

    enum Lookup: Equatable {
        /// Carry it out, then call `finish`.
        case new
        /// It is being carried out; the reply goes to this request too.
        case running
        /// It was carried out before; this is the reply.
        case done([UInt8])
        /// Too much is being carried out; drop it and let the client send it again.
        case overloaded
    }

    static let generationLength = Nanoseconds.seconds(30)
    /// A generation that has more changes early; 16 times what one proxy with a thousand calls a second needs.
    static let maximumEntries = 65_536
    /// Requests that are being carried out at one time.
    static let maximumRunning = 8_192
    /// Duplicates of one request that wait; proxies send four.
    static let maximumWaiters = 16

    private var current: [[UInt8]: [UInt8]] = [:]
    private var former: [[UInt8]: [UInt8]] = [:]
    private var running: [[UInt8]: [Reply]] = [:]
    private var changed: MonotonicInstant

    init(at now: MonotonicInstant) { changed = now }

    /// - Parameter reply: called by `finish`'s caller if the lookup says `new` or `running`.
    mutating func begin(_ cookie: [UInt8], at now: MonotonicInstant, reply: @escaping Reply) -> Lookup {
        if now - changed >= Self.generationLength || current.count >= Self.maximumEntries {
            former = current
            current = [:]
            changed = now
        }
        if let done = current[cookie] ?? former[cookie] { return .done(done) }
        if let waiters = running[cookie] {
            if waiters.count < Self.maximumWaiters { running[cookie]?.append(reply) }
            return .running
        }
        guard running.count < Self.maximumRunning else { return .overloaded }
        running[cookie] = [reply]
        return .new
    }

    /// Keeps the reply and returns those who wait for it.
    mutating func finish(_ cookie: [UInt8], reply: [UInt8]) -> [Reply] {
        current[cookie] = reply
        return running.removeValue(forKey: cookie) ?? []
    }
}
