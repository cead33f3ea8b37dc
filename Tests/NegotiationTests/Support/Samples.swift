import Foundation
import MediaCore
import Negotiation
import SDP

/// Meta's own descriptions, and what of a result the tests look at again and again.
enum Samples {
    static let metaDTLS = file("sip-webrtc-user-initiated-offer")
    static let metaGraph = file("graph-api-user-initiated-offer")
    static let metaSDES = file("sip-sdes-user-initiated-offer")
    static let metaAnswerDTLS = file("graph-api-business-initiated-answer")
    static let metaAnswerSDES = file("sip-sdes-business-initiated-answer")

    /// A number with G.711 turned on.
    static let metaG711 = metaDTLS.replacing("SAVPF 111 126", with: "SAVPF 111 0 8 126")
        .replacing("a=rtpmap:126", with: "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:126")

    private static func file(_ name: String) -> String {
        let path = GoldenFile.folder.deletingLastPathComponent().appendingPathComponent("sdp/\(name).sdp")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }
}

extension NegotiationResult {
    func codecs(_ media: Int) -> [PayloadFormat] { plan.media[media].sendPayloads.map(\.format) }
    func encodings(_ text: String?) throws -> [String] {
        let description = try SessionDescription(parsing: text ?? "")
        return description.media.first?.rtpMaps.map { "\($0.encodingName)/\($0.clockRate)" } ?? []
    }
}
