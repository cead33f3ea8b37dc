import Glibc
@testable import MediaIO
import Synchronization
import Wire

/// A thread that sends as much as it can from one socket until it is stopped.
final class Flood: Sendable {
    private let socket: UDPPeer
    private let destinations: [TransportAddress]
    private let isStopping = Atomic<Bool>(false)
    private let thread = Locked<pthread_t?>(nil)

    init(from socket: UDPPeer, to destinations: [TransportAddress]) {
        self.socket = socket
        self.destinations = destinations
        var thread = pthread_t()
        let error = pthread_create(&thread, nil, { context in
            guard let context else { return nil }
            Unmanaged<Flood>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, Unmanaged.passRetained(self).toOpaque())
        let running = error == 0 ? thread : nil
        self.thread.withLock { $0 = running }
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let running { pthread_join(running, nil) }
    }

    private func run() {
        let packet = RelayCall.packet(1)
        while !isStopping.load(ordering: .relaxed) {
            for destination in destinations { socket.send(packet, to: destination) }
        }
    }
}
