import MediaCore
import NGProtocol

/// Who sends the ClientHello (RFC 5763 section 5).
enum DTLSRole {
    /// Our role in the answer to an offer.
    ///
    /// Active where we may: Meta recommends it, and whoever starts need not wait for the other's first flight.
    static func answering(_ offered: DTLSSetup?, preferPassive: Bool, current: DTLSPlan.Role?) -> DTLSPlan.Role {
        switch offered {
        case .active: return .server
        case .passive: return .client
        case .actpass, .holdconn, nil:
            if let current, current != .undecided { return current }
            return preferPassive ? .server : .client
        }
    }

    /// Our role once our `actpass` is answered. An answer that decides nothing, against RFC 5763, makes us start.
    static func answered(_ answer: DTLSSetup?, current: DTLSPlan.Role) -> DTLSPlan.Role {
        switch answer {
        case .active: .server
        case .passive: .client
        case .actpass, .holdconn, nil: current == .undecided ? .client : current
        }
    }
}
