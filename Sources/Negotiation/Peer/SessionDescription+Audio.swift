import NGProtocol
import SDP

extension SessionDescription {
    /// Reads the text of a request.
    init(of text: String) throws(NegotiationError) {
        do throws(SDPError) {
            try self.init(parsing: text)
        } catch {
            throw .malformedSDP(detail: "\(error)")
        }
    }

    /// The m-line that is the call's audio: where it was before, else the first audio over RTP, a rejected one only if there is no other.
    func audioPlace(_ former: Int?) -> Int? {
        if let former, media.indices.contains(former), media[former].isAudioOverRTP { return former }
        return media.firstIndex { $0.isAudioOverRTP && $0.port != 0 } ?? media.firstIndex(where: \.isAudioOverRTP)
    }
}

extension MediaDescription {
    var isAudioOverRTP: Bool { kind == "audio" && TransportProtocol(rawValue: transport) != nil }
}

extension OfferContext.OfferedSection {
    init(_ media: MediaDescription) {
        self.init(kind: media.kind, transport: media.transport, formats: media.formats, mid: media.mid)
    }
}
