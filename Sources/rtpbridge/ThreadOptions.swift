import ArgumentParser
import Glibc
import MediaIO

/// The engine's threads and how they reach the network.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Threads that carry media. (default: one for each processor)") var numThreads: Int?
    @Option(help: "Threads for DTLS handshakes, beside those for media; no more than these.") var handshakeThreads = 1
    @Flag(help: "Keep each media thread on a processor of its own.") var pinThreads = false
    @Option(
        name: .customLong("packet-io"),
        help: ArgumentHelp("How packets pass between sockets and media threads: auto, epoll or io-uring.", valueName: "interface"),
        transform: word)
    var packetIO = PacketInterfaceChoice.auto

    func validate() throws {
        for (name, count) in [("num-threads", numThreads ?? 1), ("handshake-threads", handshakeThreads)] {
            guard (1...256).contains(count) else { throw ValidationError("\(name) is from 1 to 256, not \(count)") }
        }
    }

    func engine(trafficClass: UInt8) -> EngineConfiguration {
        let threads = numThreads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var engine = EngineConfiguration(
            threads: threads, handshakeThreads: handshakeThreads, sockets: SocketOptions(trafficClass: trafficClass))
        engine.packetIO = packetIO
        engine.pinsThreads = pinThreads
        return engine
    }
}
