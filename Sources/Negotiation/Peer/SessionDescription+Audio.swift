import MediaCore
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
        if let former, media.indices.contains(former), media[former].relay == .audio { return former }
        return media.firstIndex { $0.relay == .audio && $0.port != 0 } ?? media.firstIndex { $0.relay == .audio }
    }

    /// The m-line that the call stands or falls with: its audio, else what RTP there is, else anything.
    func mainPlace(_ former: Int?) -> Int {
        if let audio = audioPlace(former) { return audio }
        if let former, media.indices.contains(former), media[former].port != 0 { return former }
        return media.firstIndex { $0.relay == .packets && $0.port != 0 } ?? media.firstIndex { $0.port != 0 && !$0.isPassedOn } ?? 0
    }
}

extension MediaDescription {
    /// How packets of it are relayed.
    var relay: RelayKind {
        guard TransportProtocol(rawValue: transport) != nil else { return .datagrams }
        return kind == "audio" ? .audio : .packets
    }

    /// Its ends talk with each other without us, as the text is passed on untouched: messages go over TCP (RFC 4975), which is not relayed.
    var isPassedOn: Bool { kind == "message" }
}

extension OfferContext.OfferedSection {
    init(_ media: MediaDescription) {
        self.init(kind: media.kind, transport: media.transport, formats: media.formats, mid: media.mid)
    }
}
