import ControlPlane
import MediaIO
import Wire

extension Settings {
    func addListeners(to result: inout ControlPlaneConfiguration) throws(StartError) {
        func addresses(_ option: String) throws(StartError) -> [ListenAddress] {
            var all: [ListenAddress] = []
            for text in texts(option) { all += try ListenOption.resolve(text, option: option) }
            return all
        }
        result.listenAddresses = try addresses("listen-ng")
        result.listenTCP = try addresses("listen-tcp-ng")
        result.listenHTTP = try addresses("listen-http")
        result.listenHTTPS = try addresses("listen-https")
        result.listenCLI = try addresses("listen-cli")
        guard !(result.listenAddresses + result.listenTCP + result.listenHTTP + result.listenHTTPS).isEmpty else {
            throw .usage("missing option listen-ng, listen-tcp-ng, listen-http or listen-https: the daemon is controlled by one of them")
        }
        if let certificate = text("https-cert") {
            result.tls = ControlPlaneConfiguration.TLSFiles(certificate: certificate, key: text("https-key"))
        }
        guard result.listenHTTPS.isEmpty || result.tls != nil else { throw .usage("listen-https needs https-cert") }
        result.httpIdleTimeout = .seconds(integer("http-idle-timeout"))
        result.controlPathMTU = word("control-pmtu")
    }

    func addAddresses(to result: inout ControlPlaneConfiguration) throws(StartError) {
        // Not where the options are read: one end of the range may come from the file, the other from the command line.
        let range = try PortOption.range(integer("port-min"), integer("port-max"), "")
        result.portRange = range
        result.excludedPorts = try PortOption.excluded(texts("exclude-ports"))
        result.interfaces = try InterfaceOption.resolve(texts("interface"))
        for section in interfaces {
            let own = try PortOption.range(
                try PortOption.port(section.portMin, Int(range.lowerBound), "port-min"),
                try PortOption.port(section.portMax, Int(range.upperBound), "port-max"), " of interface \(section.texts[0])")
            let excluded = section.excludedPorts.isEmpty ? nil : try PortOption.excluded(section.excludedPorts)
            let known = result.interfaces.count
            result.interfaces = try InterfaceOption.resolve(section.texts, after: result.interfaces)
            for index in result.interfaces.indices.dropFirst(known) where own != range || excluded != nil {
                result.interfaces[index].portRange = own
                result.interfaces[index].excludedPorts = excluded
            }
        }
        guard !result.interfaces.isEmpty else { throw .usage("missing option interface: media needs a local address") }
    }
}

/// Ports and ranges of them.
enum PortOption {
    static func range(_ first: Int, _ last: Int, _ owner: String) throws(StartError) -> ClosedRange<UInt16> {
        guard let first = UInt16(exactly: first), let last = UInt16(exactly: last), first > 0, first <= last else {
            throw .usage("port-min \(first) to port-max \(last)\(owner) is no range of ports")
        }
        return first...last
    }

    static func port(_ text: String?, _ standard: Int, _ key: String) throws(StartError) -> Int {
        guard let text else { return standard }
        guard let port = UInt16(text), port > 0 else { throw .usage("\(key) '\(text)' is no port") }
        return Int(port)
    }

    /// Single ports and `FIRST-LAST`, separated by commas too.
    static func excluded(_ texts: [String]) throws(StartError) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for text in texts.flatMap({ $0.split(separator: ",") }) {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16(ConfigFile.trim($0)) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first > 0, first <= last else {
                throw .usage("exclude-ports '\(text)' is no port and no range of ports")
            }
            ports.formUnion(first...last)
        }
        return ports
    }
}

/// `HOST:PORT` of somebody else.
enum EndpointOption {
    static func resolve(_ text: String, option: String) throws(StartError) -> TransportAddress {
        guard let address = try ListenOption.resolve(text, option: option).first, let ip = address.ip else {
            throw .usage("\(option) '\(text)' is not host:port")
        }
        return TransportAddress(ip: ip, port: address.port)
    }
}
