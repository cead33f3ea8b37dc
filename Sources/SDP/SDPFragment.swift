/// Candidates that come after the description (`application/trickle-ice-sdpfrag`, RFC 8840 section 9): attribute lines and
/// pseudo m-lines, without the lines that a description begins with.
public struct SDPFragment: Sendable, Equatable {
    /// What is said of one m-line.
    public struct Section: Sendable, Equatable {
        /// RFC 5888; `nil` where the sender tells its m-lines apart by their order only.
        public var mid: String?
        /// Of which ICE session the candidates are (RFC 8840 section 4.3); `nil` if the fragment does not say.
        public var ufrag: String?
        public var password: String?
        public var candidates: [SDPCandidate]
        /// `a=end-of-candidates`.
        public var isLast: Bool
    }
    /// In the order of the m-lines; one without an m-line where there is none.
    public var sections: [Section]

    /// - Throws: for lines that are no lines, and whatever a description may not have either. A whole description is a fragment too.
    public init(parsing text: String) throws(SDPError) {
        let description: SessionDescription
        if text.utf8.starts(with: "v=".utf8) {
            description = try SessionDescription(parsing: text)
        } else {
            do throws(SDPError) {
                description = try SessionDescription(parsing: "v=0\n" + text)
            } catch {
                // The line that we put before it was none of the sender's.
                guard case .malformed(let line, let reason) = error else { throw error }
                throw .malformed(line: max(line - 1, 0), reason: reason)
            }
        }
        guard description.media.isEmpty else {
            sections = description.media.map { Section($0, description) }
            return
        }
        guard description.lines.contains(where: { $0.type == "a" }) else { throw .malformed(line: 0, reason: "no attributes") }
        sections = [Section(description, description)]
    }
}

extension SDPFragment.Section {
    fileprivate init(_ lines: some SDPSection, _ description: SessionDescription) {
        self.init(
            mid: lines.attribute("mid").flatMap { $0.isEmpty ? nil : $0 },
            ufrag: lines.attribute("ice-ufrag") ?? description.attribute("ice-ufrag"),
            password: lines.attribute("ice-pwd") ?? description.attribute("ice-pwd"),
            candidates: lines.attributes("candidate").compactMap(SDPCandidate.init(parsing:)),
            isLast: lines.hasAttribute("end-of-candidates") || description.hasAttribute("end-of-candidates"))
    }
}
