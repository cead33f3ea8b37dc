import Logging
import MediaCore
import Negotiation
import NGProtocol

extension CallSession {
    /// One line for each event; the call's end takes it out of the registry.
    func carryOut(_ event: CallEvent) async {
        switch event {
        case .iceConnected(let media): logger.info("ICE connected", metadata: party(media))
        case .iceFailed(let media): logger.warning("ICE failed", metadata: party(media))
        case .dtlsConnected(let media): logger.info("DTLS connected", metadata: party(media))
        case .dtlsFailed(let media, let failure): logger.warning("DTLS failed: \(failure)", metadata: party(media))
        case .mediaReady(let media): logger.info("ready to send media", metadata: party(media))
        case .firstPacketReceived(let media): logger.info("first packet received", metadata: party(media))
        case .firstPacketSent(let media): logger.info("first packet sent", metadata: party(media))
        case .digit(let media, let code, let duration, let volume):
            logger.info("digit \(Self.symbol(code)), \(duration) ms, -\(volume) dBm0", metadata: party(media))
        case .silence(let media, let isSilent): logger.info(isSilent ? "silent" : "heard again", metadata: party(media))
        case .qualityLow(let media, let mos): logger.notice("quality is low: MOS \(mos)", metadata: party(media))
        case .ended(let reason): await end(CallEnd(reason))
        }
    }

    private func party(_ media: Int) -> Logger.Metadata { ["tag": .string(tag(ofMedia: media)?.printable ?? "?")] }

    /// The tag of the party that an m-line belongs to.
    func tag(ofMedia index: Int) -> String? {
        guard plan.media.indices.contains(index), let participants = dialogue?.participants else { return nil }
        let participant = plan.media[index].participant
        return participants.indices.contains(participant) ? participants[participant].tag : nil
    }

    /// The key of an event code (RFC 4733 section 3.2).
    private static func symbol(_ code: UInt8) -> String {
        let keys = Array("0123456789*#ABCD")
        return code < 16 ? String(keys[Int(code)]) : String(code)
    }
}
