import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol
import Wire

extension CallSession {
    /// One line for each event; the call's end takes it out of the registry.
    func carryOut(_ event: CallEvent, then: @escaping @ControlActor () -> Void) {
        publish(event)
        if case .playbackEnded(_, let id) = event { controls.playingEnded(id) }
        if case .digit(let media, let code, let duration, let volume) = event { report(media, code, duration, volume) }
        if case .ended(let reason) = event {
            // Until the answer the core's limit is that of the offer, and rings at about the same time as ours.
            return end(reason == .mediaTimeout && answered == nil ? .offerTimeout : CallEnd(reason)) { _ in then() }
        }
        log(event)
        then()
    }

    private func log(_ event: CallEvent) {
        switch event {
        case .iceConnected(let media): log(.info, "ICE connected", metadata: party(media, "ice"))
        case .iceFailed(let media): log(.warning, "ICE failed", metadata: party(media, "ice"))
        case .dtlsConnected(let media): log(.info, "DTLS connected", metadata: party(media, "crypto"))
        case .dtlsFailed(let media, let failure): log(.warning, "DTLS failed: \(failure)", metadata: party(media, "crypto"))
        case .mediaReady(let media): log(.info, "ready to send media", metadata: party(media))
        case .firstPacketReceived(let media): log(.info, "first packet received", metadata: party(media))
        case .firstPacketSent(let media): log(.info, "first packet sent", metadata: party(media))
        case .digit(let media, let code, let duration, let volume):
            log(.info, "digit \(Self.symbol(code)), \(duration) ms, -\(volume) dBm0", metadata: party(media))
        case .silence(let media, let isSilent): log(.info, isSilent ? "silent" : "heard again", metadata: party(media))
        case .qualityLow(let media, let mos): log(.notice, "quality is low: MOS \(mos)", metadata: party(media, "rtcp"))
        case .playbackEnded(let media, _): log(.info, "the announcement is over", metadata: party(media))
        case .recordingIncomplete: log(.warning, "something of the recording is missing: it came faster than it was taken")
        case .ended: break
        }
    }

    /// A digit in the words of `--dtmf-log-dest`.
    private func report(_ media: Int, _ code: UInt8, _ duration: Int, _ volume: Int) {
        guard environment.digits.isWanted || digitDestination != nil, plan.media.indices.contains(media) else { return }
        environment.digits.write(DigitRecord(
            callID: callID, tag: tag(ofMedia: media), label: label(ofMedia: media), tags: dialogue?.participants.compactMap(\.tag) ?? [],
            unixSeconds: environment.unixMicroseconds / 1_000_000, source: plan.media[media].transport.remoteRTP?.ip,
            code: code, duration: duration, volume: volume), to: digitDestination)
    }

    /// - Parameter subsystem: the one of rtpengine's whose log level counts (`--log-level-<subsystem>`).
    private func party(_ media: Int, _ subsystem: String = "core") -> Logger.Metadata {
        ["tag": .string(tag(ofMedia: media)?.printable ?? "?"), "subsystem": .string(subsystem)]
    }

    /// The tag of the party that an m-line belongs to.
    func tag(ofMedia index: Int) -> String? { participant(ofMedia: index)?.tag }

    private func label(ofMedia index: Int) -> String? {
        participant(ofMedia: index)?.label ?? notes(tag(ofMedia: index))?.label
    }

    private func participant(ofMedia index: Int) -> Participant? {
        guard plan.media.indices.contains(index), let participants = dialogue?.participants else { return nil }
        let participant = plan.media[index].participant
        return participants.indices.contains(participant) ? participants[participant] : nil
    }

    /// The key of an event code (RFC 4733 section 3.2).
    private static func symbol(_ code: UInt8) -> String {
        let keys = Array("0123456789*#ABCD")
        return code < 16 ? String(keys[Int(code)]) : String(code)
    }

    // MARK: - To the outside

    private func publish(_ event: CallEvent) {
        guard let (content, media) = EventContent.from(event), environment.events.wants(content.kind) else { return }
        publish(content, party: eventParty(ofMedia: media))
    }

    /// The limit that ended the call, if one did, and what became of it.
    func publishEnd(_ reason: CallEnd, _ statistics: CallStatistics) {
        if let timeout = EventContent.Timeout(reason) { publish(.timeout(timeout), party: nil) }
        guard environment.events.wants(.ended) else { return }
        let circumstances = CallVerdict.Circumstances(
            reason: reason, duration: .microseconds(Int(clamping: environment.unixMicroseconds &- created)),
            parties: plan.media.indices.map { subject(ofMedia: $0, statistics) }, answered: answered,
            ended: environment.engine.now, findings: findings)
        publish(.ended(CallVerdict(statistics, circumstances)), party: nil)
    }

    private func publish(_ content: EventContent, party: EventParty?) {
        environment.events.publish(CallEventRecord(
            time: environment.unixMicroseconds / 1_000, callID: callID, party: party, metadata: metadata, content: content))
    }

    private func subject(ofMedia index: Int, _ statistics: CallStatistics) -> CallVerdict.Subject {
        let media = statistics.media.indices.contains(index) ? statistics.media[index] : nil
        return CallVerdict.Subject(
            party: eventParty(ofMedia: index), isMeta: dialogue?.isMeta(plan.media[index].participant) ?? false,
            longestSendGap: media?.longestSendGap)
    }

    private func eventParty(ofMedia index: Int) -> EventParty {
        EventParty(tag: tag(ofMedia: index), label: label(ofMedia: index), viaBranch: participant(ofMedia: index)?.viaBranch)
    }
}
