import NGProtocol
import SRTP

/// Which SDES suites we propose and accept (RFC 4568 sections 5.1.1 and 5.1.2).
struct CryptoSelection {
    /// Ours, best known first: what every peer has stands before what few have, so that the first line is the one that is taken.
    static let preference: [SRTPSuite] = [
        .aesCM128HMACSHA1_80, .aesCM128HMACSHA1_32, .aesCM256HMACSHA1_80, .aesCM256HMACSHA1_32,
        .aesCM192HMACSHA1_80, .aesCM192HMACSHA1_32, .aeadAES256GCM, .aeadAES128GCM,
    ]

    let options: SDESOptions

    /// The suites of an offer, in order: `only-` and `no-` choose, `order:` puts its own to the front.
    /// - Parameter offered: the suites of the offer that ours stands for; with `nonew` there are no others.
    func proposals(offered: [SRTPSuite]) -> [SRTPSuite] {
        var suites = Self.preference.filter(allows)
        if options.noNew, !offered.isEmpty { suites = suites.filter(offered.contains) }
        let first = Self.suites(options.order).filter(suites.contains)
        suites = first + suites.filter { !first.contains($0) }
        return suites.isEmpty ? Self.preference : suites
    }

    /// The line of an offer that we accept: its first usable one, unless `offerer_pref:` names another order.
    func choice(of lines: [SDESAttribute]) -> SDESAttribute? {
        let allowed = lines.filter { allows($0.suite) }
        for suite in Self.suites(options.offererPreference) {
            if let line = allowed.first(where: { $0.suite == suite }) { return line }
        }
        return allowed.first ?? lines.first
    }

    /// The proposal that an answer accepts, by its tag; by its suite where the peer numbered the line anew.
    static func accepted(_ answer: [SDESAttribute], of proposals: [LegSDES.Proposal]) -> (index: Int, line: SDESAttribute)? {
        for line in answer {
            if let index = proposals.firstIndex(where: { $0.tag == line.tag && $0.key.suite == line.suite }) { return (index, line) }
        }
        for line in answer {
            if let index = proposals.firstIndex(where: { $0.key.suite == line.suite }) { return (index, line) }
        }
        return nil
    }

    private func allows(_ suite: SRTPSuite) -> Bool {
        let only = Self.suites(options.only)
        return (only.isEmpty || only.contains(suite)) && !Self.suites(options.except).contains(suite)
    }

    private static func suites(_ names: [String]) -> [SRTPSuite] { names.compactMap { SRTPSuite(name: $0) } }
}
