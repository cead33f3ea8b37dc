import NGProtocol
import Wire

extension Leg {
    /// `allowed-sources`, of the party whose description the message carries. Without the key what was said before holds.
    ///
    /// A word that is neither a network nor a set lets nobody in and is remarked on. Where nothing else is left the request
    /// fails: to go on would admit either everybody, which the list forbids, or nobody, which is no call.
    /// - Returns: remarks.
    mutating func applyAllowedSources(_ words: [String]?, sets: [String: [IPNetwork]]) throws(NegotiationError) -> [String] {
        guard let words else { return [] }
        var networks: [IPNetwork] = []
        var unknown: [String] = []
        var seen: Set<String> = []
        // Each packet is held against the list.
        for word in words where seen.insert(word).inserted {
            if let network = IPNetwork(word) {
                networks.append(network)
            } else if let set = sets[word], !set.isEmpty {
                networks += set
            } else {
                unknown.append(word)
            }
        }
        guard !networks.isEmpty else { throw .incompleteSDP(detail: "allowed-sources names no network that is known") }
        allowedSources = networks
        return unknown.map { "allowed-sources: \($0.prefix(80).printable) is neither a network nor a known set, and lets nobody in" }
    }
}
