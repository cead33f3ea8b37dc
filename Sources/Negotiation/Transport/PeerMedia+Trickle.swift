import ICE
import SDP

extension PeerMedia {
    /// The m-line with the candidates of a fragment (RFC 8840).
    ///
    /// Candidates of another ICE session, one that was restarted or has not been described yet, are not added: only a description
    /// can begin a session (RFC 8840 section 4.3).
    /// - Returns: `nil` where the fragment says nothing new of this m-line.
    func applying(_ section: SDPFragment.Section) -> PeerMedia? {
        guard var ice, isOfSession(section) else { return nil }
        let known = ice.candidates
        for candidate in section.candidates.compactMap(ICECandidate.init)
        where ice.candidates.count < PeerICE.maximumCandidates && !ice.candidates.contains(where: { $0.address == candidate.address }) {
            ice.candidates.append(candidate)
        }
        guard ice.candidates != known else { return nil }
        var media = self
        media.ice = ice
        return media
    }

    /// Whether a fragment is about the ICE session that the description began.
    func isOfSession(_ section: SDPFragment.Section) -> Bool {
        guard let credentials = ice?.credentials else { return false }
        return (section.ufrag ?? credentials.ufrag) == credentials.ufrag
            && (section.password ?? credentials.password) == credentials.password
    }
}

extension SDPFragment {
    /// What it says of an m-line, by its identification, or by its place where the fragment has none.
    func section(mid: String?, place: Int) -> Section? {
        if let mid, let section = sections.first(where: { $0.mid == mid }) { return section }
        guard sections.indices.contains(place), sections[place].mid == nil || mid == nil else {
            return sections.count == 1 && sections[0].mid == nil ? sections[0] : nil
        }
        return sections[place]
    }
}
