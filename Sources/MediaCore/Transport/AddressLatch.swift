import Wire

/// Where a peer's packets may come from and where ours go, for peers without ICE (symmetric RTP, RFC 4961).
///
/// The rule is: learn once and from somebody who can be believed. That is a packet whose SRTP tag verified, or
/// one from the address that the SDP names. A plain packet from elsewhere is believed only where the SDP's
/// address cannot be reached as written (unspecified, or private behind a NAT) or the operator asked for it.
struct AddressLatch {
    enum Admission {
        case admitted
        case refused
    }

    /// The SDP's address; `nil` while unknown or unspecified.
    private var announced: TransportAddress?
    private var learning = EndpointLearning.heuristic
    private var isStrict = true
    private var allowsHandover = false
    /// The learnt address, once there is one.
    private(set) var latched: TransportAddress?
    private var latchedRank = Rank.other
    private var firstPacketAt: MonotonicInstant?

    /// How well a source fits the SDP's address.
    private enum Rank: Int, Comparable {
        case other, samePort, sameAddress, exact
        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
    }

    /// How long after the first packet a better source may still replace a learnt one.
    static let learningWindow = Nanoseconds.seconds(3)

    /// Where to send to, or `nil` while nobody knows.
    var destination: TransportAddress? { latched ?? announced }

    /// Takes over a plan. A changed SDP address starts the learning anew; the rest leaves a learnt address alone.
    mutating func configure(announced: TransportAddress?, learning: EndpointLearning, isStrict: Bool, allowsHandover: Bool) {
        if announced != self.announced {
            latched = nil
            firstPacketAt = nil
        }
        self.announced = announced
        self.learning = learning
        self.isStrict = isStrict
        self.allowsHandover = allowsHandover
    }

    /// Whether a packet from `source` may be looked at. Changes nothing.
    /// - Parameter isAuthenticated: its SRTP tag will be verified before anything else happens.
    func admission(of source: TransportAddress, isAuthenticated: Bool, at now: MonotonicInstant) -> Admission {
        if learning == .off { return source == announced || !isStrict ? .admitted : .refused }
        if let latched {
            if source == latched || allowsHandover || !isStrict { return .admitted }
            if isOpen(at: now), rank(of: source) > latchedRank, isBelievable(source, isAuthenticated: isAuthenticated) { return .admitted }
            return .refused
        }
        return isBelievable(source, isAuthenticated: isAuthenticated) ? .admitted : .refused
    }

    /// Learns from a packet that was accepted (and whose tag was verified, where there is one).
    mutating func accepted(from source: TransportAddress, isAuthenticated: Bool, at now: MonotonicInstant) {
        if learning == .off || source == latched { return }
        let since = firstPacketAt ?? now
        firstPacketAt = since
        let rank = rank(of: source)
        if latched == nil {
            if learning == .delayed, now - since < Self.learningWindow { return }
        } else {
            let isBetter = isOpen(at: now) && rank > latchedRank
            guard isBetter || allowsHandover else { return }
        }
        latched = source
        latchedRank = rank
    }

    /// Whether no other source is looked for any more, if a packet came last at that moment; `nil` for none.
    func isSettled(at last: MonotonicInstant?) -> Bool {
        guard let last else { return false }
        return learning == .off || (latched != nil && !isOpen(at: last))
    }

    private func isOpen(at now: MonotonicInstant) -> Bool {
        guard learning == .heuristic, let firstPacketAt else { return false }
        return now - firstPacketAt < Self.learningWindow
    }

    private func rank(of source: TransportAddress) -> Rank {
        guard let announced else { return .other }
        if source == announced { return .exact }
        if source.ip == announced.ip { return .sameAddress }
        return source.port == announced.port ? .samePort : .other
    }

    private func isBelievable(_ source: TransportAddress, isAuthenticated: Bool) -> Bool {
        if isAuthenticated || learning != .heuristic { return true }
        guard let announced else { return true }
        return source.ip == announced.ip || announced.ip.isPrivate
    }
}

extension IPAddress {
    /// Not reachable as written from outside its own network: RFC 1918, 6598, 3927, 4193, link-local and loopback.
    var isPrivate: Bool {
        if isLoopback || isUnspecified { return true }
        guard family == .v4 else {
            return high >> 57 == 0xfc >> 1 || high >> 54 == 0xfe80 >> 6
        }
        let a = low >> 24, b = low >> 16 & 0xff
        return a == 10 || (a == 172 && 16...31 ~= b) || (a == 192 && b == 168) || (a == 100 && 64...127 ~= b) || (a == 169 && b == 254)
    }
}
