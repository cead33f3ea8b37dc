import Logging
import MediaIO
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// One datagram for each event. What the socket does not take at once is given up.
final class UDPTarget: EventTarget {
    let name = "UDP"
    private let channel: any Channel
    private let remote: SocketAddress
    private let sent = Atomic<UInt64>(0)
    private let dropped = Atomic<UInt64>(0)
    private let failed = Atomic<UInt64>(0)

    /// Looks the host up once and opens a socket of its family.
    static func open(_ host: EventHost, on group: any EventLoopGroup, logger: Logger) async throws(EventTargetError) -> UDPTarget {
        guard let ip = HostName.addresses(of: host.host).first,
              let remote = try? SocketAddress(ipAddress: ip.description, port: Int(host.port)) else { throw .unknownHost(host.host) }
        do {
            // Nothing is expected back.
            let channel = try await DatagramBootstrap(group: group).channelOption(.autoRead, value: false)
                .bind(host: ip.family == .v4 ? "0.0.0.0" : "::", port: 0).get()
            logger.info("events go to \(host) by UDP")
            return UDPTarget(channel, remote)
        } catch { throw .cannotOpenSocket("\(error)") }
    }

    private init(_ channel: any Channel, _ remote: SocketAddress) {
        self.channel = channel
        self.remote = remote
    }

    func send(_ message: EventMessage) async {
        guard channel.isWritable else {
            dropped.wrappingAdd(1, ordering: .relaxed)
            return
        }
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: remote, data: message.body)).whenComplete { [self] result in
            switch result {
            case .success: sent.wrappingAdd(1, ordering: .relaxed)
            case .failure: failed.wrappingAdd(1, ordering: .relaxed)
            }
        }
    }

    func close() async { try? await channel.close().get() }

    var counters: EventCounters {
        EventCounters(
            sent: sent.load(ordering: .relaxed), dropped: dropped.load(ordering: .relaxed), failed: failed.load(ordering: .relaxed))
    }
}
