import NIOCore
import Wire

extension ListenAddress {
    /// As NIO has it.
    func socketAddress() throws -> SocketAddress { try SocketAddress(ipAddress: ip?.description ?? "0.0.0.0", port: Int(port)) }
}
