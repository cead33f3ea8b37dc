import Logging
import NIOCore
import NIOPosix
import Wire

/// The UDP sockets of one `--listen-ng`.
///
/// A reply leaves from the address that its request came to. On a wildcard socket the system would choose
/// another one on a machine with several, so there the first request to an address opens a socket for it,
/// which the reply and all further requests then use.
struct NGListener: Sendable {
    let channels: [any Channel]

    /// - Parameter onMessage: called on the event loop, for each datagram in order.
    static func bind(
        _ address: ListenAddress, on group: any EventLoopGroup, logger: Logger, onMessage: @escaping @Sendable (InboundMessage) -> Void
    ) async throws -> NGListener {
        guard address.ip == nil else {
            return NGListener(channels: [try await bind(try address.socketAddress(), on: group, logger: logger, onMessage)])
        }
        let any4 = try SocketAddress(ipAddress: "0.0.0.0", port: Int(address.port))
        var channels = [try await bind(any4, on: group, logger: logger, onMessage)]
        do {
            let any6 = try SocketAddress(ipAddress: "::", port: channels.first?.localAddress?.port ?? Int(address.port))
            channels.append(try await bind(any6, on: group, logger: logger, onMessage))
        } catch {
            logger.notice("no ng over IPv6 on port \(address.port): \(error)")
        }
        return NGListener(channels: channels)
    }

    private static func bind(
        _ address: SocketAddress, on group: any EventLoopGroup, logger: Logger, _ onMessage: @escaping @Sendable (InboundMessage) -> Void
    ) async throws -> any Channel {
        var bootstrap = DatagramBootstrap.forNG(group, logger: logger, isWildcard: address.isWildcard, onMessage)
        if address.protocol == .inet6 {
            // An IPv6 wildcard takes the IPv4 one's packets otherwise, and cannot be bound beside it.
            bootstrap = bootstrap.channelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
        }
        let channel = try await bootstrap.bind(to: address).get()
        // Only now, so that a second daemon on the port is still refused; sockets for single addresses may join.
        if address.isWildcard { try await channel.setOption(.socketOption(.so_reuseaddr), value: 1).get() }
        return channel
    }

    func close() async {
        for channel in channels { try? await channel.close().get() }
    }
}

extension DatagramBootstrap {
    static func forNG(
        _ group: any EventLoopGroup, logger: Logger, isWildcard: Bool, _ onMessage: @escaping @Sendable (InboundMessage) -> Void
    ) -> DatagramBootstrap {
        DatagramBootstrap(group: group)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: NGDatagramHandler.maximumLength))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isWildcard { try channel.syncOptions?.setOption(.receivePacketInfo, value: true) }
                    try channel.pipeline.syncOperations.addHandler(NGDatagramHandler(logger: logger, isWildcard: isWildcard, onMessage))
                }
            }
    }
}

extension SocketAddress {
    var isWildcard: Bool { ipAddress == "0.0.0.0" || ipAddress == "::" }
}

extension ListenAddress {
    func socketAddress() throws -> SocketAddress { try SocketAddress(ipAddress: ip?.description ?? "0.0.0.0", port: Int(port)) }
}
