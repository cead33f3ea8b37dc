import Wire

/// What was replied to which cookie, so that a request that a client sends again is answered again and not carried out again.
///
/// Two generations as in rtpengine: the older one is dropped at the first look 30 s after the last change, so a reply lives 30 to
/// 60 s. The cookie alone is the key, as clients may resend from another port, and by another transport. What is kept is bounded
/// in bytes too: a generation that is full changes early. A call's three replies with their places take about 4 kB, so that
/// happens above 270 calls a second; at 1,000 a reply still lives 8 s, and proxies ask for the last time 4 s after the first.
///
/// A reply begins with its cookie, so the bytes are kept once and there is no key beside them.
struct ReplyCache {
    typealias Reply = NGServer.Reply

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
    /// A generation that has more changes early [bytes].
    static let maximumBytes = 32 << 20
    /// Requests that are being carried out at one time.
    static let maximumRunning = 8_192
    /// Duplicates of one request that wait; proxies send four.
    static let maximumWaiters = 16

    private var current = ReplyStore()
    private var former = ReplyStore()
    private var running: [Cookie: [Reply]] = [:]
    private var changed: MonotonicInstant

    /// Hashed as a whole: an array would be byte by byte.
    private struct Cookie: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    init(at now: MonotonicInstant) { changed = now }

    /// - Parameter reply: called by `finish`'s caller if the lookup says `new` or `running`.
    mutating func begin(_ cookie: [UInt8], at now: MonotonicInstant, reply: @escaping Reply) -> Lookup {
        turn(at: now)
        if let done = current.reply(to: cookie) ?? former.reply(to: cookie) { return .done(done) }
        let key = Cookie(bytes: cookie)
        if let waiters = running[key] {
            if waiters.count < Self.maximumWaiters { running[key]?.append(reply) }
            return .running
        }
        guard running.count < Self.maximumRunning else { return .overloaded }
        running[key] = [reply]
        return .new
    }

    /// Keeps the reply, which begins with the cookie and a blank, and returns those who wait for it.
    mutating func finish(_ cookie: [UInt8], reply: [UInt8]) -> [Reply] {
        current.insert(reply, cookieLength: cookie.count)
        return running.removeValue(forKey: Cookie(bytes: cookie)) ?? []
    }

    /// When the older generation is to be dropped; `nil` when both are empty and no reply is to come: one that took long must not
    /// find a generation that is over already.
    var nextChange: MonotonicInstant? {
        current.isEmpty && former.isEmpty && running.isEmpty ? nil : changed + Self.generationLength
    }

    /// Drops the older generation if its time has come.
    mutating func turn(at now: MonotonicInstant) {
        guard now - changed >= Self.generationLength || current.byteCount >= Self.maximumBytes else { return }
        // Nobody looked for two lengths: what is current now is as old as a former one may get.
        former = now - changed >= Self.generationLength * 2 ? ReplyStore() : current
        current = ReplyStore()
        changed = now
    }
}
