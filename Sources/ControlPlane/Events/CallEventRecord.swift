import MediaCore

/// Something that happened in a call, as it is told to the outside; `proto/whatsapp.md` describes the JSON.
struct CallEventRecord: Sendable, Equatable {
    /// Unique and growing, across restarts too; `EventPublisher` gives it.
    var id: UInt64 = 0
    /// Unix time [ms].
    var time: Int64
    var callID: String
    /// `nil` for what concerns the call as a whole.
    var party: EventParty?
    /// What the client said of the call in `metadata`.
    var metadata: String?
    var content: EventContent

    var kind: EventKind { content.kind }
}

/// One end of the call, in the client's words.
struct EventParty: Sendable, Equatable {
    var tag: String?
    var label: String?
    var viaBranch: String?
}

/// The part of an event that differs from kind to kind.
enum EventContent: Sendable, Equatable {
    case iceConnected
    case mediaReady
    case firstPacketIn
    case firstPacketOut
    /// Event code 0 to 15 (RFC 4733 section 3.2), duration [ms], volume [-dBm0].
    case dtmf(code: UInt8, duration: Int, volume: Int)
    /// It began, or is over.
    case silence(isOver: Bool)
    /// [MOS, 1.0 to 4.5]
    case qualityLow(mos: Double)
    case timeout(Timeout)
    case ended(CallVerdict)

    /// Which of the call's limits was reached.
    enum Timeout: String, Sendable { case media, silent, offer, final }

    var kind: EventKind {
        switch self {
        case .iceConnected: .iceConnected
        case .mediaReady: .mediaReady
        case .firstPacketIn: .firstPacketIn
        case .firstPacketOut: .firstPacketOut
        case .dtmf: .dtmf
        case .silence: .silence
        case .qualityLow: .qualityLow
        case .timeout: .timeout
        case .ended: .ended
        }
    }
}

extension EventContent {
    /// What of the core's events goes out, with the m-line that it concerns. The end is told by the control side, which knows
    /// more reasons for it; failures of ICE and DTLS are part of its verdict.
    static func from(_ event: CallEvent) -> (content: EventContent, media: Int)? {
        switch event {
        case .iceConnected(let media): (.iceConnected, media)
        case .mediaReady(let media): (.mediaReady, media)
        case .firstPacketReceived(let media): (.firstPacketIn, media)
        case .firstPacketSent(let media): (.firstPacketOut, media)
        case .digit(let media, let code, let duration, let volume): (.dtmf(code: code, duration: duration, volume: volume), media)
        case .silence(let media, let isSilent): (.silence(isOver: !isSilent), media)
        case .qualityLow(let media, let mos): (.qualityLow(mos: mos), media)
        case .iceFailed, .dtlsConnected, .dtlsFailed, .playbackEnded, .recordingIncomplete, .ended: nil
        }
    }
}

extension EventContent.Timeout {
    /// `nil` for a call that did not end by a limit.
    init?(_ end: CallEnd) {
        switch end {
        case .mediaTimeout: self = .media
        case .silentTimeout: self = .silent
        case .offerTimeout: self = .offer
        case .finalTimeout: self = .final
        case .deleted, .shutdown, .terminated, .refused: return nil
        }
    }
}
