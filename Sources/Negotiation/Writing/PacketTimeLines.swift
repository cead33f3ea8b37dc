import MediaCore
import SDP

/// `a=ptime` and `a=maxptime` toward one peer.
struct PacketTimeLines {
    let lines: [SDPLine]

    /// - `ptime` and `ptime-reverse` say it outright, and the entry of a codec for that codec.
    /// - Opus of a call with Meta, or of a leg with keys, which may be Meta's unknown to us, is kept to 20 ms, all that it sends and takes.
    /// - What we convert goes in packets of our own, 20 ms; the other side's limits are none of this peer's business.
    /// - What passes through comes in the speaker's packets, and so do its lines.
    init(leg: Leg, passesThrough: Bool, media: MediaDescription) {
        let isOpus = leg.announced.first { $0.format.isAudio }?.format == .opus
        if leg.wantedPacketTime == nil, passesThrough, !(isOpus && (leg.hasKeys || leg.facesMeta || leg.isLikeWhatsApp)) {
            lines = media.lines.filter { $0.isAttribute("ptime") || $0.isAttribute("maxptime") }
            return
        }
        let length = leg.wantedPacketTime ?? 20
        var lines: [SDPLine] = [.attribute("ptime", String(length))]
        if isOpus {
            lines.append(.attribute("maxptime", String(length)))
        } else if passesThrough, let limit = media.maximumPacketTime, limit >= length {
            lines.append(.attribute("maxptime", String(limit)))
        }
        self.lines = lines
    }
}
