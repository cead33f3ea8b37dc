import Foundation
import ICE
import MediaCore
import SRTP
import Wire

/// A call plan in a few lines that a reader can check.
struct PlanText {
    private var names: SecretNames
    private var lines: [String] = []

    static func write(_ plan: CallPlan, names: inout SecretNames) -> [String] {
        var text = PlanText(names: names)
        for (index, media) in plan.media.enumerated() { text.append(media, index) }
        names = text.names
        return text.lines
    }

    private init(names: SecretNames) { self.names = names }

    private mutating func append(_ media: MediaPlan, _ index: Int) {
        let activity = media.isActive ? "active" : "inactive"
        let direction = [media.peerSends ? "sends" : nil, media.peerReceives ? "receives" : nil].compactMap { $0 }.joined(separator: ", ")
        let source = media.source.map { "hears media \($0)" } ?? "hears nothing"
        lines.append("media \(index) of participant \(media.participant): \(activity), peer \(direction), \(source)")
        let transport = media.transport
        let sockets = transport.rtpSockets.map { "\($0.slot) \($0.local)" }.joined(separator: ", ")
        let rtcp = transport.rtcpSocket.map { "\($0.slot) \($0.local)" } ?? "none"
        lines.append("  sockets \(sockets); rtcp \(rtcp)" + (transport.rtcpMux ? ", mux" : ""))
        lines.append("  remote \(text(transport.remoteRTP)) rtcp \(text(transport.remoteRTCP)); learning \(transport.learning)")
        if let ice = transport.ice { append(ice) }
        append(transport.security)
        lines.append("  receive " + media.receivePayloads.map(text).joined(separator: ", "))
        lines.append("  send " + media.sendPayloads.map(text).joined(separator: ", "))
        let length = media.packetTime.map { "\($0) ms" } ?? "any length"
        lines.append("  packets of \(length), " + names.name("SSRC", String(media.ssrc)))
        appendParts(media)
    }

    /// What most legs don't have.
    private mutating func appendParts(_ media: MediaPlan) {
        var parts: [String] = []
        if media.presence.sendsFirst { parts.append("sends the first packet") }
        if let gap = media.presence.maximumGap { parts.append("never silent for \(gap)") }
        if !media.keepsEarlyMedia { parts.append("drops early media") }
        if media.isGated { parts.append("gated") }
        if let clip = media.playback?.clip { parts.append("plays a clip at \(clip.sampleRate) Hz") }
        if !media.transport.allowedSources.isEmpty { parts.append("allows \(media.transport.allowedSources.map(\.description))") }
        if !parts.isEmpty { lines.append("  " + parts.joined(separator: ", ")) }
    }

    private mutating func append(_ ice: ICEPlan) {
        let role = ice.isControlling ? "controlling" : "controlled"
        let remote = ice.remoteCredentials.map { "\($0.ufrag) with \(ice.remoteCandidates.count) candidates" } ?? "unknown"
        let local = names.name("ICEUFRAG", ice.localCredentials.ufrag)
        lines.append("  ice \(local), \(role); peer \(remote)" + (ice.remoteIsLite ? ", lite" : ""))
    }

    private mutating func append(_ security: SecurityPlan) {
        switch security {
        case .none: lines.append("  plain")
        case .sdes(let local, let remote): lines.append("  sdes \(text(local)) / \(remote.map { text($0) } ?? "unknown")")
        case .dtls(let dtls):
            let fingerprint = dtls.remoteFingerprint.map { String($0.description.suffix(5)) } ?? "unknown"
            lines.append("  dtls \(dtls.role), fingerprint \(fingerprint)")
        }
    }

    private mutating func text(_ key: SRTPKey) -> String {
        let secret = Data(key.keyAndSalt).base64EncodedString().replacing("=", with: "")
        return "\(key.suite.name) " + names.name("KEY", secret)
    }

    private func text(_ address: (some CustomStringConvertible)?) -> String { address.map { "\($0)" } ?? "unknown" }

    private func text(_ payload: PayloadPlan) -> String {
        let name: String = switch payload.format {
        case .opus: "opus"
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        case .g722: "G722"
        case .l16: "L16"
        case .telephoneEvent: "telephone-event"
        case .comfortNoise: "CN"
        case .other(let name): name
        }
        let text = "\(payload.payloadType) \(name)/\(payload.clockRate)"
        guard payload.format == .opus else { return text }
        let opus = payload.opus
        let rate = opus.maxAverageBitrate.map { "\($0) bit/s" } ?? "any rate"
        return text + "(\(opus.maxPlaybackRate) Hz, \(rate)\(opus.useInbandFEC ? ", fec" : ""))"
    }
}
