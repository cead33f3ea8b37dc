import Glibc
import Logging
import Wire

/// The UDP sockets of one `--listen-ng`: one, or one of each family where a port stands alone.
@ControlActor
struct NGListener {
    nonisolated let sockets: [NGSocket]

    /// - Throws: errno of the address that cannot be listened on; without IPv6 a port alone is IPv4's.
    static func open(_ address: ListenAddress, server: NGServer, logger: Logger) throws(NGSocket.Failure) -> NGListener {
        guard address.ip == nil else {
            let ip = address.ip ?? IPAddress(v4: 0)
            return NGListener(sockets: [try NGSocket(TransportAddress(ip: ip, port: address.port), server: server, logger: logger)])
        }
        let v4 = try NGSocket(TransportAddress(ip: IPAddress(v4: 0), port: address.port), server: server, logger: logger)
        do throws(NGSocket.Failure) {
            let any6 = TransportAddress(ip: IPAddress(v6High: 0, low: 0), port: v4.address.port)
            return NGListener(sockets: [v4, try NGSocket(any6, server: server, logger: logger)])
        } catch {
            logger.notice("no ng over IPv6 on port \(v4.address.port): \(error)")
            return NGListener(sockets: [v4])
        }
    }

    func close() { for socket in sockets { socket.close() } }
}
