import NGProtocol
import SRTP

/// Which SDES suites we propose and accept (RFC 4568 sections 5.1.1 and 5.1.2).
struct CryptoSelection {
    /// Ours, best known first: what every peer has stands before what few have, as some, Meta among them, take or refuse the first line.
    static let preference: [SRTPSuite] = [
        .aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32, .aesCM256HMACSHA1_80, .aesCM256HMACSHA1_32,
        .aesCM192HMACSHA1_80, .aesCM192HMACSHA1_32, .aeadAES256GCM, .aeadAES128GCM,
    ]

    let options: SDESOptions

    /// What an offer proposes: the offerer's own suites, which it is known to have, then the rest of ours; `only-` and `no-` choose,
    /// `order:` puts its own to the front.
    /// - Parameter offered: the lines of the offer that ours stands for; with `nonew` there are no other suites.
    func proposals(offered: [SDESAttribute]) -> [CryptoProposal] {
        var suites: [SRTPSuite] = []
        for suite in offered.map(\.suite) + Self.preference where allows(suite) && !suites.contains(suite) { suites.append(suite) }
        if options.noNew, !offered.isEmpty { suites = suites.filter { suite in offered.contains { $0.suite == suite } } }
        let first = Self.suites(options.order).filter(suites.contains)
        suites = first + suites.filter { !first.contains($0) }
        return (suites.isEmpty ? Self.preference : suites).map { CryptoProposal(suite: $0, relaxations: relaxations($0, offered)) }
    }

    /// As the offerer has it for that suite, unless the options say it for all of them.
    private func relaxations(_ suite: SRTPSuite, _ offered: [SDESAttribute]) -> SRTPRelaxations {
        guard !suite.isAEAD else { return [] }
        var result = offered.first { $0.suite == suite }?.key.relaxations ?? []
        for (value, wanted) in [
            (SRTPRelaxations.unencryptedRTP, options.unencryptedSRTP), (.unencryptedRTCP, options.unencryptedSRTCP),
            (.unauthenticatedRTP, options.unauthenticatedSRTP),
        ] {
            if wanted == true { result.insert(value) } else if wanted == false { result.remove(value) }
        }
        return result
    }

    /// The line of an offer that we accept: its first usable one, unless `offerer_pref:` names another order.
    func choice(of lines: [SDESAttribute]) -> SDESAttribute? {
        let allowed = lines.filter { allows($0.suite) }
        for suite in Self.suites(options.offererPreference) {
            if let line = allowed.first(where: { $0.suite == suite }) { return line }
        }
        return allowed.first ?? lines.first
    }

    /// The proposal that an answer accepts, by its tag; by its suite where the peer numbered the line anew. What we have not proposed to
    /// leave out is not left out.
    static func accepted(_ answer: [SDESAttribute], of proposals: [LegSDES.Proposal]) -> (index: Int, line: SDESAttribute)? {
        func accepts(_ proposal: LegSDES.Proposal, _ line: SDESAttribute) -> Bool {
            proposal.key.suite == line.suite && proposal.key.relaxations.isSuperset(of: line.key.relaxations)
        }
        for line in answer {
            if let index = proposals.firstIndex(where: { $0.tag == line.tag && accepts($0, line) }) { return (index, line) }
        }
        for line in answer {
            if let index = proposals.firstIndex(where: { accepts($0, line) }) { return (index, line) }
        }
        return nil
    }

    private func allows(_ suite: SRTPSuite) -> Bool {
        let only = Self.suites(options.only)
        return (only.isEmpty || only.contains(suite)) && !Self.suites(options.except).contains(suite)
    }

    private static func suites(_ names: [String]) -> [SRTPSuite] { names.compactMap { SRTPSuite(name: $0) } }
}

/// One line of an offer, before it has a key.
struct CryptoProposal: Sendable, Equatable {
    var suite: SRTPSuite
    var relaxations: SRTPRelaxations

    init(suite: SRTPSuite, relaxations: SRTPRelaxations) {
        self.suite = suite
        self.relaxations = relaxations
    }

    init(_ proposal: LegSDES.Proposal) { self.init(suite: proposal.key.suite, relaxations: proposal.key.relaxations) }
}
