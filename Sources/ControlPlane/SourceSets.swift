public import Wire

/// Networks under names, for `allowed-sources`: those of Meta, and what `--source-sets` adds or replaces.
public struct SourceSets: Sendable, Equatable {
    public private(set) var networks: [String: [IPNetwork]]

    /// What Meta's autonomous system, 32934, announces.
    public static let builtIn = SourceSets(networks: ["meta": meta])

    private static let meta = """
        31.13.24.0/21 31.13.64.0/18 45.64.40.0/22 57.141.0.0/16 57.144.0.0/14 66.220.144.0/20 69.63.176.0/20 69.171.224.0/19 \
        74.119.76.0/22 102.132.96.0/20 103.4.96.0/22 129.134.0.0/16 147.75.208.0/20 157.240.0.0/16 163.70.128.0/17 163.77.128.0/17 \
        163.114.128.0/20 173.252.64.0/18 179.60.192.0/22 185.60.216.0/22 185.89.216.0/22 199.201.64.0/22 204.15.20.0/22 \
        2620:0:1c00::/40 2a03:2880::/32 2a03:2881::/32 2a03:2887::/32
        """.split(separator: " ").compactMap { IPNetwork($0) }

    /// Which line of a file could not be read, from 1.
    public struct Problem: Error, Sendable, Equatable {
        public var line: Int
        public var detail: String
    }

    private init(networks: [String: [IPNetwork]]) { self.networks = networks }

    /// More sets, or larger ones, are a mistake and would be searched for each new source.
    private static let maximumSets = 64, maximumNetworks = 256

    /// Lines of `name = network, network`; `#` begins a comment, a name that comes again adds to its set, and the first line of a
    /// name takes the place of the built-in set.
    public init(parsing text: String) throws(Problem) {
        var own: [String: [IPNetwork]] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            func problem(_ detail: String) -> Problem { Problem(line: index + 1, detail: detail) }
            let content = line.prefix { $0 != "#" }
            guard content.contains(where: { !$0.isWhitespace }) else { continue }
            let parts = content.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].filter { !$0.isWhitespace }
            guard parts.count == 2, !name.isEmpty, IPNetwork(name) == nil else { throw problem("it is not 'name = network, ...'") }
            for word in parts[1].split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                guard let network = IPNetwork(word) else { throw problem("'\(word.prefix(60))' is no network") }
                own[name, default: []].append(network)
            }
            guard own[name] != nil else { throw problem("it names no network") }
            guard own.count <= Self.maximumSets, own[name]?.count ?? 0 <= Self.maximumNetworks else { throw problem("it is one too many") }
        }
        networks = Self.builtIn.networks.merging(own) { $1 }
    }
}
