@testable import MediaIO

extension PacketInterface {
    /// Those that the system has: containers often forbid io_uring.
    static let testable = allCases.filter { PacketIO.refusal(of: $0) == nil }

    /// The third one of the loopback addresses that its tests have to themselves.
    var octet: Int { self == .epoll ? 0 : 1 }
}

extension EngineConfiguration {
    static func testing(_ interface: PacketInterface, threads: Int) -> EngineConfiguration {
        var configuration = EngineConfiguration(threads: threads)
        configuration.packetIO = interface == .epoll ? .epoll : .ioUring
        return configuration
    }
}
