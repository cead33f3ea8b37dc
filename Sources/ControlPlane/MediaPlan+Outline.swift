import MediaCore
import SRTP
import Wire

extension MediaPlan {
    /// What the flag `debug` shows of an m-line: addresses, protection, formats. Keys and passwords stay out of the log.
    var outline: String {
        let sockets = transport.rtpSockets.map { "\($0.local)" }.joined(separator: " ")
        let rtcp = transport.rtcpSocket.map { "\($0.local)" } ?? (transport.rtcpMux ? "multiplexed" : "none")
        let peer = "\(Self.text(transport.remoteRTP)), its RTCP \(Self.text(transport.remoteRTCP))"
        let direction = "\(isActive ? "active" : "inactive"), peer \(peerSends ? "sends" : "silent"), \(peerReceives ? "receives" : "deaf")"
        return "party \(participant): \(direction); ports \(sockets), RTCP \(rtcp); peer at \(peer), learning \(transport.learning); "
            + "\(security), \(ice); receive \(Self.text(receivePayloads)), send \(Self.text(sendPayloads)), "
            + (packetTime.map { "\($0) ms" } ?? "any length")
    }

    private var ice: String {
        guard let ice = transport.ice else { return "no ICE" }
        let peer = ice.remoteCredentials == nil ? "peer unknown" : "\(ice.remoteCandidates.count) candidates"
        return "ICE \(ice.isControlling ? "controlling" : "controlled") with \(peer)\(ice.remoteIsLite ? ", lite" : "")"
    }

    private var security: String {
        switch transport.security {
        case .none: "plain"
        case .sdes(let local, let remote): "SDES \(local.suite.name)\(remote == nil ? ", peer's key unknown" : "")"
        case .dtls(let dtls): "DTLS \(dtls.role)\(dtls.remoteFingerprint == nil ? ", fingerprint unknown" : "")"
        }
    }

    private static func text(_ address: TransportAddress?) -> String { address.map { "\($0)" } ?? "unknown" }

    private static func text(_ payloads: [PayloadPlan]) -> String {
        payloads.map { "\($0.payloadType) \($0.format)/\($0.clockRate)" }.joined(separator: " ")
    }
}
