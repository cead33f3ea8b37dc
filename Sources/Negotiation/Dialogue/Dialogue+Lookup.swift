public import MediaCore
public import SRTP
public import Wire

extension Dialogue {
    /// The participant with a tag, or where the party with that tag was before another one took its place.
    public func participant(tag: String) -> Int? {
        participants.firstIndex { !$0.isGone && $0.tag == tag }
            ?? participants.firstIndex { !$0.isGone && $0.former.contains { $0.tag == tag } }
    }

    /// The participant with a label (`label`).
    public func participant(label: String) -> Int? { participants.firstIndex { !$0.isGone && $0.label == label } }

    /// Gives a participant another label (`set-label`).
    public mutating func setLabel(_ label: String, of index: Int) {
        if participants.indices.contains(index) { participants[index].label = label }
    }

    /// The participant whose description names an address as that of its media (`address`).
    public func participant(address: IPAddress) -> Int? {
        participants.firstIndex { !$0.isGone && $0.legs.contains { $0.peer?.rtp?.ip == address } }
    }

    /// The participant of a branch (`via-branch`).
    public func participant(viaBranch: String) -> Int? { participants.firstIndex { !$0.isGone && $0.viaBranch == viaBranch } }

    /// With whom a participant talks: each hears the other.
    public func partner(of index: Int) -> Int? {
        guard participants.indices.contains(index), let partner = participants[index].partner,
              participants.indices.contains(partner), participants[partner].partner == index, !participants[partner].isGone
        else { return nil }
        return partner
    }

    /// The m-lines of a participant, by their numbers in `CallPlan.media`, in the order of its description.
    public func media(of index: Int) -> [Int] {
        guard participants.indices.contains(index) else { return [] }
        return participants[index].legs.sorted { ($0.place, $0.media) < ($1.place, $1.media) }.map(\.media)
    }

    /// What an m-line is, by its number in `CallPlan.media`.
    public func line(ofMedia media: Int) -> MediaLine? {
        leg(numbered: media).map {
            MediaLine(
                kind: $0.kind, place: $0.place, transportProtocol: $0.protocolName, codecName: $0.codecName, traits: $0.traits)
        }
    }

    /// An m-line in words, for reports.
    public struct MediaLine: Sendable, Equatable {
        /// `audio`, `video`, `image` and so on.
        public var kind: String
        /// Where it stands in the party's description, from 0.
        public var place: Int
        /// Such as `RTP/SAVP`.
        public var transportProtocol: String
        /// The encoding name of what we send first of all; `nil` before that is settled.
        public var codecName: String?
        public var traits: Traits

        public init(kind: String, place: Int, transportProtocol: String, codecName: String? = nil, traits: Traits = []) {
            self.kind = kind
            self.place = place
            self.transportProtocol = transportProtocol
            self.codecName = codecName
            self.traits = traits
        }

        /// What was said of it that its plan does not show.
        public struct Traits: OptionSet, Sendable {
            public let rawValue: UInt8
            public init(rawValue: UInt8) { self.rawValue = rawValue }

            /// The flag `asymmetric`.
            public static let asymmetric = Self(rawValue: 1 << 0)
            /// The flag `strict-source`.
            public static let strictSource = Self(rawValue: 1 << 1)
            /// The peer sends candidates later (RFC 8840).
            public static let trickles = Self(rawValue: 1 << 2)
            /// `ptime` or `ptime-reverse`.
            public static let packetTimeIsSet = Self(rawValue: 1 << 3)
            /// The peer has described it.
            public static let described = Self(rawValue: 1 << 4)
        }
    }
}

extension Leg {
    fileprivate var traits: Dialogue.MediaLine.Traits {
        var result: Dialogue.MediaLine.Traits = []
        if isAsymmetric { result.insert(.asymmetric) }
        if demandsStrictSource { result.insert(.strictSource) }
        if peer?.ice?.options.contains(.trickle) == true { result.insert(.trickles) }
        if packetTime != nil { result.insert(.packetTimeIsSet) }
        if peer != nil { result.insert(.described) }
        return result
    }
}

extension Dialogue {
    /// What is left when a party was taken out of a call.
    public struct Removal: Sendable {
        public var dialogue: Dialogue
        public var plan: CallPlan
        /// Sockets that the plan does not use; they may be closed once it is in force.
        public var removedSlots: [Int]
        /// The tags of all that have left, as far as they are known: those whose only partner the party was have too.
        public var tags: [String]
        /// Nobody is left who talks with anybody: the call is over.
        public var isEmpty: Bool
    }

    /// Takes one party out of the call (`delete` with `to-tag`, or of one branch).
    /// - Returns: `nil` if there is no such party.
    public func removing(tag: String, certificate: DTLSCertificate, defaults: NegotiationDefaults) -> Removal? {
        guard let index = participant(tag: tag) else { return nil }
        if let place = participants[index].former.firstIndex(where: { $0.tag == tag }) {
            var dialogue = self
            dialogue.participants[index].former.remove(at: place)
            return dialogue.removal([], [tag], certificate, defaults)
        }
        // Its end goes back to the one that had it before.
        if let last = participants[index].former.last {
            var dialogue = self
            dialogue.participants[index].admit(last.tag)
            dialogue.participants[index].former.removeAll { $0.tag == tag }
            return dialogue.removal([], [tag], certificate, defaults)
        }
        return removing(participant: index, certificate: certificate, defaults: defaults)
    }

    /// Takes one participant out of the call, with all that were at its end.
    /// - Returns: `nil` if there is no such participant.
    public func removing(participant index: Int, certificate: DTLSCertificate, defaults: NegotiationDefaults) -> Removal? {
        guard participants.indices.contains(index), !participants[index].isGone else { return nil }
        var dialogue = self
        var slots: [Int] = []
        var tags: [String] = []
        dialogue.remove(index, &slots, &tags)
        for other in dialogue.participants.indices where dialogue.isAlone(other) { dialogue.remove(other, &slots, &tags) }
        return dialogue.removal(slots, tags, certificate, defaults)
    }

    private func removal(
        _ slots: [Int], _ tags: [String], _ certificate: DTLSCertificate, _ defaults: NegotiationDefaults
    ) -> Removal {
        Removal(
            dialogue: self, plan: plan(certificate: certificate, defaults: defaults), removedSlots: slots, tags: tags,
            isEmpty: participants.allSatisfy { $0.isGone || $0.role == .subscriber })
    }

    /// It had partners, and all of them have left.
    private func isAlone(_ index: Int) -> Bool {
        guard !participants[index].isGone, participants[index].role == .party else { return false }
        return !exchanges.contains { exchange in
            guard exchange.offerer == index || exchange.answerer == index else { return false }
            return !participants[exchange.offerer == index ? exchange.answerer : exchange.offerer].isGone
        }
    }

    private mutating func remove(_ index: Int, _ slots: inout [Int], _ tags: inout [String]) {
        tags += participants[index].formerTags + [participants[index].tag].compactMap(\.self)
        participants[index].former = []
        participants[index].isGone = true
        for leg in participants[index].legs.indices {
            slots += participants[index].legs[leg].giveUpSockets()
            participants[index].legs[leg].isRejected = true
        }
        // Who talked with it goes back to the newest of its other partners.
        for other in participants.indices where participants[other].partner == index {
            let next = exchanges.lazy.compactMap { exchange -> Int? in
                guard exchange.offerer == other || exchange.answerer == other else { return nil }
                return exchange.offerer == other ? exchange.answerer : exchange.offerer
            }.first { !participants[$0].isGone }
            participants[other].partner = next
            if let next { participants[next].partner = other }
        }
    }
}
