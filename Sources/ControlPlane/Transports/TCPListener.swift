import NIOCore
import NIOPosix
import Wire

/// A TCP address and its connections, up to a number. Where a port stands alone it is both families'.
struct TCPListener: Sendable {
    let channels: [any Channel]

    private struct TooManyConnections: Error {}

    /// - Parameters:
    ///   - loop: everything of the listener runs on it, one thing after the other.
    ///   - maximum: further connections are closed at once.
    ///   - trafficClass: of what is sent, 0 to 255.
    ///   - configure: gives a connection its handlers.
    static func bind(
        _ address: ListenAddress, on loop: any EventLoop, maximum: Int, trafficClass: UInt8 = 0,
        configure: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> TCPListener {
        let count = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: loop)
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            // Connections may rest for days; those whose client is gone without a word must not fill the places of others.
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard count.value < maximum else { throw TooManyConnections() }
                    count.value += 1
                    channel.closeFuture.whenComplete { _ in count.value -= 1 }
                    try setTrafficClass(trafficClass, channel)
                    try configure(channel)
                }
            }
        if address.ip != nil { return TCPListener(channels: [try await bootstrap.bind(to: try address.socketAddress()).get()]) }
        let any4 = try await bootstrap.bind(host: "0.0.0.0", port: Int(address.port)).get()
        // Without the option the IPv6 wildcard would want the IPv4 one's port too. A machine without IPv6 goes without.
        let any6 = try? await bootstrap.serverChannelOption(ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
            .bind(host: "::", port: any4.localAddress?.port ?? Int(address.port)).get()
        return TCPListener(channels: [any4] + [any6].compactMap(\.self))
    }

    private static func setTrafficClass(_ value: UInt8, _ channel: any Channel) throws {
        guard value > 0 else { return }
        let isIPv6 = channel.localAddress?.protocol == .inet6
        let option = isIPv6
            ? ChannelOptions.Types.SocketOption(level: .ipv6, name: .init(rawValue: TrafficClass.ipv6Option))
            : ChannelOptions.Types.SocketOption(level: .ip, name: .init(rawValue: TrafficClass.ipv4Option))
        try channel.syncOptions?.setOption(option, value: SocketOptionValue(value))
    }

    /// Stops listening; connections stay.
    func close() async {
        for channel in channels { try? await channel.close().get() }
    }

    var addresses: [TransportAddress] { channels.compactMap { $0.localAddress?.transportAddress } }
}

/// The connections of a server, to end them together and to write to all of them. Everything happens on one loop.
final class ConnectionSet: Sendable {
    private let loop: any EventLoop
    private let channels: NIOLoopBoundBox<[ObjectIdentifier: any Channel]>

    init(on loop: any EventLoop) {
        self.loop = loop
        channels = .makeBoxSendingValue([:], eventLoop: loop)
    }

    /// On the loop.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.value[id] = channel
        channel.closeFuture.whenComplete { [self] _ in channels.value[id] = nil }
    }

    /// Writes to every connection that takes it at once; one that does not read misses it. From any thread.
    func write(_ bytes: [UInt8]) {
        loop.execute { [self] in
            for channel in channels.value.values where channel.isWritable { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
        }
    }

    func close() async {
        try? await loop.submit { [self] in
            for channel in channels.value.values { channel.close(promise: nil) }
        }.get()
    }
}
