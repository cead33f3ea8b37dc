import MediaCore
import Negotiation
import Wire

/// The error that Meta will have reported for a call, told from our end of it.
struct MetaErrorForecast: Sendable, Equatable {
    enum Cause: String, Sendable {
        /// A description breaks one of Meta's rules.
        case description = "sdp"
        case iceNotConnected = "ice-not-connected"
        /// ICE is there, or not used, and DTLS or SDES gave no keys.
        case noKeys = "no-keys"
        case nothingSent = "nothing-sent"
        case firstPacketLate = "first-packet-late"
        case sendGap = "send-gap"
    }

    var cause: Cause
    /// What Meta says, or what its user sees.
    var text: String

    /// Nothing came from the business for so long at the beginning of a call: the WhatsApp client ends it.
    static let firstPacketLimit = Nanoseconds.seconds(20)
    /// The same later on.
    static let gapLimit = Nanoseconds.seconds(30)

    private init(_ cause: Cause, _ text: String) {
        self.cause = cause
        self.text = text
    }

    /// - Parameter legs: the WhatsApp legs with their counters.
    init?(_ circumstances: CallVerdict.Circumstances, legs: [(CallVerdict.Subject, MediaStatistics)]) {
        let found = legs.compactMap { subject, media in Self.forecast(circumstances, subject, media) }
        guard let first = found.first else { return nil }
        self = first
    }

    private static func forecast(
        _ circumstances: CallVerdict.Circumstances, _ subject: CallVerdict.Subject, _ media: MediaStatistics
    ) -> MetaErrorForecast? {
        // Who sends has accepted the description, whatever the rules say.
        let wasAccepted = media.setup.firstPacketReceived != nil
        let refused = wasAccepted ? nil : worst(circumstances.findings)
        if let refused, refused.severity == .error, let error = refused.metaError { return MetaErrorForecast(.description, error) }
        if let answered = circumstances.answered {
            // Nobody misses packets in a call that is over sooner.
            guard hasSent(media) || circumstances.ended - answered > firstPacketLimit else { return nil }
            if let silence = silence(since: answered, subject, media) { return silence }
        }
        return refused?.metaError.map { MetaErrorForecast(.description, $0) }
    }

    /// The worst finding that Meta has an error for; the first of several.
    private static func worst(_ findings: [SDPFinding]) -> SDPFinding? {
        var worst: SDPFinding?
        for finding in findings where finding.metaError != nil {
            if let known = worst, known.severity >= finding.severity { continue }
            worst = finding
        }
        return worst
    }

    /// RTCP counts as much as RTP.
    private static func hasSent(_ media: MediaStatistics) -> Bool { media.rtpOut.packets > 0 || media.rtcpOut.packets > 0 }

    /// What Meta makes of it that nothing comes from us.
    private static func silence(
        since answered: MonotonicInstant, _ subject: CallVerdict.Subject, _ media: MediaStatistics
    ) -> MetaErrorForecast? {
        let gaveUp = "the WhatsApp client ends the call: no packet from the business for the first 20 s"
        guard hasSent(media) else {
            if media.iceState != .none, media.setup.iceConnected == nil {
                return MetaErrorForecast(.iceNotConnected, "no media connection; \(gaveUp)")
            }
            if media.setup.mediaReady == nil { return MetaErrorForecast(.noKeys, "no media connection; \(gaveUp)") }
            return MetaErrorForecast(.nothingSent, gaveUp)
        }
        // From the moment that media can be sent reports leave too.
        let reports = media.rtcpOut.packets > 0 ? media.setup.mediaReady : nil
        if let first = [media.setup.firstPacketSent, reports].compactMap(\.self).min(), first - answered > firstPacketLimit {
            return MetaErrorForecast(.firstPacketLate, gaveUp)
        }
        if let gap = subject.longestSendGap, gap > gapLimit {
            return MetaErrorForecast(.sendGap, "the WhatsApp client ends the call: no packet from the business for 30 s")
        }
        return nil
    }
}
