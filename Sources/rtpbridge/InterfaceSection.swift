/// A section of the file that describes an interface (`interfaces-config`).
struct InterfaceSection: Equatable {
    /// As `--interface` takes them.
    var texts: [String]
    var portMin: String?
    var portMax: String?
    var excludedPorts: [String]

    /// - Parameter warnings: gets a line for each unknown key.
    init(_ section: ConfigFile.Section, path: String, warnings: inout [String]) throws(StartError) {
        let known: Set = ["name", "address", "advertised", "alias", "port-min", "port-max", "exclude-ports"]
        for key in section.entries.map(\.key) where !known.contains(key) {
            warnings.append("\(path): unknown key \(key) in section [\(section.name)]")
        }
        let name = section["name"] ?? InterfaceSection.standardName
        guard let address = section["address"], !address.isEmpty else {
            guard let alias = section["alias"], section["name"] != nil else {
                throw .usage("\(path): section [\(section.name)] has no address")
            }
            (texts, excludedPorts) = (["\(name)=\(alias)"], [])
            return
        }
        let advertised = section["advertised"].map { "!" + $0 } ?? ""
        texts = ConfigFile.list(address).map { "\(name)/\($0)\(advertised)" }
            + ConfigFile.list(section["alias"] ?? "").map { "\($0)=\(name)" }
        (portMin, portMax) = (section["port-min"], section["port-max"])
        excludedPorts = ConfigFile.list(section["exclude-ports"] ?? "")
    }

    private static let standardName = "default"
}
