import CSockets
import Foundation
import Glibc

/// The peers of all calls: a packet to every socket each 20 ms, evenly spread over them. Its CPU is not counted.
final class FloorPacer: @unchecked Sendable {
    private let packets: [FloorWork.Packets]
    private let addresses: [sockaddr_in]
    private let seconds: Double
    private let descriptor: Int32
    /// Where the peers are.
    let address: sockaddr_in
    private let done = DispatchSemaphore(value: 0)

    init(_ packets: [FloorWork.Packets], to addresses: [sockaddr_in], seconds: Double) throws {
        self.packets = packets
        self.addresses = addresses
        self.seconds = seconds
        (descriptor, address) = try BareSocket.open()
    }

    deinit { close(descriptor) }

    func start() {
        Thread.detachNewThread { [self] in
            _ = rtpbridge_batch_prepare_thread(-1)
            play()
            done.signal()
        }
    }

    func join() { done.wait() }

    private func play() {
        let step = 20_000_000 / addresses.count   // [ns]
        var next = Self.now
        var room = [UInt8](repeating: 0, count: 2048)
        for frame in 0..<Int(seconds * 50) {
            for index in addresses.indices {
                Self.sleep(until: next)
                next += step
                let call = packets[index / 2]
                send(index % 2 == 0 ? call.near[frame] : call.far[frame], to: addresses[index])
                while recv(descriptor, &room, room.count, Int32(MSG_DONTWAIT)) > 0 {}
            }
        }
    }

    private func send(_ packet: [UInt8], to address: sockaddr_in) {
        var address = address
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                _ = sendto(descriptor, packet, packet.count, 0, general, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static func sleep(until moment: Int) {
        var time = timespec(tv_sec: moment / 1_000_000_000, tv_nsec: moment % 1_000_000_000)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }
}
