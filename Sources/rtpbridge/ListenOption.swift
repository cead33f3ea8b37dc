import ControlPlane
import MediaIO
import Wire

/// `--listen-ng` and `--listen-events`: `[ADDRESS:]PORT`, where ADDRESS is an IPv4 address, an IPv6 one in brackets, or a host name.
enum ListenOption {
    static func resolve(_ text: String, option: String = "listen-ng") throws(StartError) -> [ListenAddress] {
        if let address = ListenAddress(text), address.port > 0 { return [address] }
        guard let colon = text.lastIndex(of: ":"),
              let port = ListenAddress(String(text[text.index(after: colon)...]))?.port, port > 0 else {
            throw .usage("\(option) '\(text)' is not [address:]port")
        }
        let addresses = HostName.addresses(of: String(text[..<colon]))
        guard !addresses.isEmpty else { throw .usage("\(option) '\(text)': there is no host '\(text[..<colon])'") }
        return addresses.map { ListenAddress(ip: $0, port: port) }
    }
}
