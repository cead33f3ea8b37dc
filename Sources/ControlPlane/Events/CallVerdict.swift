import MediaCore
import Wire

/// What became of a call, for its `ended` event.
struct CallVerdict: Sendable, Equatable {
    var reason: CallEnd
    /// From the first offer to the end.
    var duration: Nanoseconds
    /// One for each m-line, in the order of `CallPlan.media`.
    var parties: [PartyVerdict]
    /// What Meta will have said of the call; `nil` where nothing speaks against it, or no party is Meta.
    var forecast: MetaErrorForecast?
}

/// One party's part in it. `in` is what the party sent to us.
struct PartyVerdict: Sendable, Equatable {
    var party: EventParty
    /// Speech for the party that was given up.
    var clipped: Nanoseconds
    var setup: SetupVerdict
    var packetsIn: UInt64
    var packetsOut: UInt64
    /// Expected less received, over all streams; negative where packets came twice.
    var lost: Int64
    /// Of the newest stream [ms].
    var jitter: Double?
    /// Over all intervals of all streams, and the worst of them [MOS]; `nil` before the first interval is over.
    var averageMOS: Double?
    var lowestMOS: Double?
    /// Oldest first.
    var receivedSSRCs: [UInt32]
    /// `nil` when nothing was ever sent.
    var sentSSRC: UInt32?
    var roundTrip: Nanoseconds?
    var longestBacklog: Nanoseconds
    var presencePackets: UInt64
}

/// When each step was reached, from the call's first plan and from its answer.
struct SetupVerdict: Sendable, Equatable {
    var fromPlan: Steps
    /// `nil` where there was no answer. A step that was reached before it, as a pre-accepted call does, is negative.
    var fromAnswer: Steps?

    /// `nil` for steps that were never reached.
    struct Steps: Sendable, Equatable {
        var ice: Nanoseconds?
        var dtls: Nanoseconds?
        var mediaReady: Nanoseconds?
        var firstPacketIn: Nanoseconds?
        var firstPacketOut: Nanoseconds?

        init(_ times: SetupTimes, from start: MonotonicInstant) {
            ice = times.iceConnected.map { $0 - start }
            dtls = times.dtlsConnected.map { $0 - start }
            mediaReady = times.mediaReady.map { $0 - start }
            firstPacketIn = times.firstPacketReceived.map { $0 - start }
            firstPacketOut = times.firstPacketSent.map { $0 - start }
        }
    }
}
