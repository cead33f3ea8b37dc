import Fuzzing
@testable import NGProtocol
import Testing

@Suite struct PartySelectionTests {
    private func parties(_ keys: NGDictionary, isDirectional: Bool = true) -> PartySelection {
        PartySelection(NGMessage(keys).fields, isDirectional: isDirectional)
    }

    @Test func aLabelComesBeforeAnAddressAndThatBeforeATag() {
        let keys: NGDictionary = ["from label": "l", "address": "192.0.2.1", "from-tag": "t", "flags": ["directional"]]
        #expect(parties(keys).party == .label("l"))
        #expect(parties(keys.without("from label")).party == .address("192.0.2.1"))
        #expect(parties(keys.without("from label", "address")).party == .tag("t"))
        #expect(parties(["from-label": "", "from-tag": ""], isDirectional: false).party == nil)
    }

    /// Proxies send the tag of every message.
    @Test func aTagIsMeantWhereItCanOnlyBeMeant() {
        #expect(parties(["from-tag": "t"]).party == nil)
        #expect(parties(["from-tag": "t"], isDirectional: false).party == .tag("t"))
        #expect(parties(["rtpp-flags": "from-tag=t"]).party == .tag("t"))
        #expect(parties(["rtpp-flags": "directional", "from-tag": "t"]).party == .tag("t"))
    }

    @Test func theFarEndNeedsANearOne() {
        let keys: NGDictionary = ["label": "l", "to-tag": "t", "to-label": "m"]
        #expect(parties(keys).sink == .tag("t"))
        #expect(parties(keys.without("to-tag")).sink == .label("m"))
        #expect(parties(keys.without("label")).sink == nil)
    }

    @Test(arguments: [
        ("all", PartySelection.Scope.everything), ("none", nil), ("offer-answer", .offerAnswer),
        ("except-offer-answer", .exceptOfferAnswer),
        ("not-offer-answer", .exceptOfferAnswer), ("non-offer-answer", .exceptOfferAnswer), ("flows", .flows),
    ])
    func scopes(_ word: String, _ scope: PartySelection.Scope?) {
        let parties = parties(["all": .string(word), "label": "l"])
        #expect(parties.scope == scope)
        #expect(parties.party == (scope == .everything ? nil : .label("l")))
    }

    @Test func everybody() {
        let parties = parties(["flags": ["all"], "label": "l", "to-tag": "t", "set-label": "n"])
        #expect(parties.scope == .everything && parties.party == nil && parties.sink == nil && parties.newLabel == "n")
    }

    @Test func tagsAreBounded() {
        let tags = (0..<500).map { NGValue.string("t\($0)") }
        let message = NGMessage(["from-tags": .list(tags)])
        #expect(message.fields.parties.fromTags.count == 64 && message.warnings.count <= 32)
    }

    /// Whatever comes, nobody is selected who was not named.
    @Test func mutatedSelections() {
        let corpus = [
            "directional from-tag=t to-tag=u label=l address=192.0.2.1", "all=offer-answer from-tags=[a b c] set-label=x to-label=y",
            "all from-label=l from-tags-x", "all=none all=flows unsubscribe",
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: 77, corpus: corpus, alphabet: Array("0123456789abl-_ =[],".utf8))
        for _ in 0..<5_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            let fields = NGMessage(["rtpp-flags": .string(text)]).fields
            for isDirectional in [true, false] {
                let parties = PartySelection(fields, isDirectional: isDirectional)
                let name: String? = switch parties.party {
                case .label(let name), .address(let name), .tag(let name): name
                case nil: nil
                }
                #expect(name.map { !$0.isEmpty && text.contains($0) } ?? true)
                #expect(parties.scope != .everything || parties.party == nil)
            }
        }
    }
}

extension NGDictionary {
    fileprivate func without(_ keys: String...) -> NGDictionary {
        var copy = self
        for key in keys { copy[key] = nil }
        return copy
    }
}
