import SDP
import SRTP

/// `loop-protect`: descriptions that went through here are marked, so that one that comes back is known (`a=rtpengine`).
enum LoopMarker {
    static let name = "rtpengine"

    /// The same for the life of the daemon, as its certificate is; 12 hexadecimal digits.
    static func value(_ certificate: DTLSCertificate) -> String {
        let digits = certificate.fingerprint(.sha256).description.split(separator: " ").last ?? ""
        return String(digits.filter { $0 != ":" }.lowercased().prefix(12))
    }

    /// Behind whatever others have marked it with.
    static func add(to description: inout SessionDescription, certificate: DTLSCertificate) {
        guard !isOurs(description, certificate) else { return }
        description.appendAttribute(name, value(certificate))
    }

    static func isOurs(_ description: SessionDescription, _ certificate: DTLSCertificate) -> Bool {
        description.attributes(name).contains(value(certificate))
    }
}
