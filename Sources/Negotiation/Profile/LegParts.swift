import MediaCore
import NGProtocol
import Wire

/// What a leg gets beside the other party's media, and when that begins.
struct LegParts: Sendable, Equatable {
    var sendsFirstPacket = false
    var keepsAlive = false
    var buffersEarlyMedia = true
    /// `nil` is yes where the peer itself offers G.711, and no where we would have to bring it up.
    var prefersG711: Bool?
    var reportsSDP = false
    var gate = Gate.unused

    /// `hold-until-accept`. What was open once stays so: a flag that comes with every offer must not cut a call in two.
    enum Gate: Sendable, Equatable { case unused, closed, opened }

    /// Meta ends calls on which it hears nothing.
    static let whatsApp = LegParts(sendsFirstPacket: true, keepsAlive: true, reportsSDP: true)

    mutating func apply(_ options: WhatsAppOptions) {
        sendsFirstPacket = options.sendsFirstPacket ?? sendsFirstPacket
        keepsAlive = options.keepsAlive ?? keepsAlive
        buffersEarlyMedia = options.buffersEarlyMedia ?? buffersEarlyMedia
        prefersG711 = options.prefersG711 ?? prefersG711
        reportsSDP = options.reportsSDP ?? reportsSDP
    }

    var presence: PresencePlan {
        PresencePlan(sendsFirst: sendsFirstPacket, maximumGap: keepsAlive ? .milliseconds(400) : nil)
    }
}

extension Dialogue {
    /// Two who talk with each other have both spoken.
    var isAnswered: Bool {
        participants.indices.contains { index in
            partner(of: index).map { participants[index].hasSpoken && participants[$0].hasSpoken } ?? false
        }
    }

    /// The current pair has.
    var pairIsAnswered: Bool { participants[exchange.offerer].hasSpoken && participants[exchange.answerer].hasSpoken }

    /// An offer that holds media back does so while nobody has answered.
    mutating func closeGate(options: WhatsAppOptions, answerer: Int) {
        guard options.holdsUntilAccept, !pairIsAnswered else { return }
        closeGate(of: meta ?? answerer)
    }

    /// An answer opens what its offer closed, unless it says to wait on: a 183, or Meta's answer to a call that its user has not accepted.
    mutating func passGate(options: MediaOptions, answerer: Int) {
        let waits = options.whatsApp.holdsUntilAccept || (options.forking.isProvisional && isGated)
        guard waits else { return openGate() }
        closeGate(of: meta ?? answerer)
    }

    private mutating func closeGate(of index: Int) {
        participants[index].updateLegs { leg in
            if leg.parts.gate == .unused { leg.parts.gate = .closed }
        }
    }

    /// Media flows from now on (`unblock media`); `plan` has it then. Without a gate nothing changes.
    public mutating func openGate() {
        for index in participants.indices {
            participants[index].updateLegs { leg in
                if leg.parts.gate == .closed { leg.parts.gate = .opened }
            }
        }
    }

    /// Whether media for a party is held back (`hold-until-accept`).
    public var isGated: Bool { participants.contains { $0.legs.contains { $0.parts.gate == .closed } } }
}
