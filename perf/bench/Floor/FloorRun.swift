import CSockets
import Foundation
import Glibc
import Wire

/// N calls of one kind at the real pace: a thread that sends, and the measured one, which receives, converts and sends on.
final class FloorRun: @unchecked Sendable {
    private let kind: FloorWork.Kind
    private let seconds: Double
    private let packets: [FloorWork.Packets]
    private let calls: Int
    /// Of the measured thread; the one that sends goes where there is room.
    private let cpu: Int?

    init(_ kind: FloorWork.Kind, calls: Int, seconds: Double, speech: Speech, cpu: Int?) throws {
        self.kind = kind
        self.calls = calls
        self.cpu = cpu
        self.seconds = seconds
        let count = Int(seconds * 50) + 1
        packets = try (0..<calls).map { try FloorWork.packets(kind, count: count, speech: speech, offset: $0 * 37) }
    }

    /// Once without a look at the clock, for the whole, and once with, for the parts.
    func profile() throws -> FloorProfile {
        let whole = try run(FloorMeter(isOn: false))
        let meter = FloorMeter(isOn: true)
        _ = try run(meter)
        return FloorProfile(
            microsecondsPerPacket: Double(whole.time) / Double(max(1, whole.packets)) / 1000, parts: meter.parts, packets: whole.packets)
    }

    private struct Outcome {
        /// [ns]
        var time: Int64 = 0
        var packets = 0
    }

    private func run(_ meter: FloorMeter) throws -> Outcome {
        let sockets = try FloorSockets(calls * 2)
        let works = try (0..<calls).map { _ in try FloorWork(kind) }
        defer { works.forEach { $0.free() } }
        let pacer = try FloorPacer(packets, to: sockets.addresses, seconds: seconds)
        nonisolated(unsafe) var outcome = Outcome()
        nonisolated(unsafe) let parts = (sockets: sockets, works: works, meter: meter)
        let done = DispatchSemaphore(value: 0)
        pacer.start()
        Thread.detachNewThread { [self] in
            _ = rtpbridge_batch_prepare_thread(Int32(clamping: cpu ?? -1))
            outcome = relay(parts.sockets, parts.works, parts.meter, to: pacer.address)
            done.signal()
        }
        done.wait()
        pacer.join()
        return outcome
    }

    private func relay(_ sockets: FloorSockets, _ works: [FloorWork], _ meter: FloorMeter, to address: sockaddr_in) -> Outcome {
        let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
        defer { room.base?.deallocate() }
        var packets = 0
        let start = ThreadClock.now
        meter.begin()
        while let ready = sockets.wait(milliseconds: 300) {
            for index in ready {
                guard let length = sockets.receive(Int(index), into: room) else { continue }
                meter.note(.receive)
                packets += 1
                guard let converted = works[Int(index) / 2].convert(room, length: length, isNear: index % 2 == 0, meter) else { continue }
                meter.begin()
                sockets.send(room, length: converted, from: Int(index) ^ 1, to: address)
                meter.note(.send)
            }
        }
        return Outcome(time: ThreadClock.now - start, packets: packets)
    }
}

/// Bare sockets: epoll, `recvmsg`, `sendmsg`.
final class FloorSockets {
    private var descriptors: [Int32] = []
    private let epoll: Int32
    private(set) var addresses: [sockaddr_in] = []
    private var tokens: [UInt64]

    init(_ count: Int) throws {
        epoll = rtpbridge_epoll_create()
        tokens = Array(repeating: 0, count: count)
        for index in 0..<count {
            let socket = try BareSocket.open()
            descriptors.append(socket.descriptor)
            addresses.append(socket.address)
            guard rtpbridge_epoll_add(epoll, socket.descriptor, UInt64(index)) == 0 else { throw MissingPart(what: "epoll") }
        }
    }

    deinit {
        descriptors.forEach { _ = close($0) }
        close(epoll)
    }

    /// The sockets that can be read; `nil` when nothing came for so long.
    func wait(milliseconds: Int64) -> ArraySlice<UInt64>? {
        let count = tokens.withUnsafeMutableBufferPointer { buffer in
            rtpbridge_epoll_wait(epoll, buffer.baseAddress, Int32(buffer.count), milliseconds * 1_000_000)
        }
        return count > 0 ? tokens.prefix(Int(count)) : nil
    }

    func receive(_ index: Int, into room: MutableBytes) -> Int? {
        var source = sockaddr_in()
        var vector = iovec(iov_base: room.base, iov_len: room.count)
        return withUnsafeMutablePointer(to: &source) { source in
            withUnsafeMutablePointer(to: &vector) { vector in
                var message = msghdr()
                message.msg_name = UnsafeMutableRawPointer(source)
                message.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                message.msg_iov = vector
                message.msg_iovlen = 1
                let length = recvmsg(descriptors[index], &message, Int32(MSG_DONTWAIT))
                return length > 0 ? length : nil
            }
        }
    }

    func send(_ room: MutableBytes, length: Int, from index: Int, to address: sockaddr_in) {
        var address = address
        var vector = iovec(iov_base: room.base, iov_len: length)
        withUnsafeMutablePointer(to: &address) { address in
            withUnsafeMutablePointer(to: &vector) { vector in
                var message = msghdr()
                message.msg_name = UnsafeMutableRawPointer(address)
                message.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                message.msg_iov = vector
                message.msg_iovlen = 1
                _ = sendmsg(descriptors[index], &message, Int32(MSG_DONTWAIT))
            }
        }
    }
}

enum BareSocket {
    /// A UDP socket on loopback.
    static func open() throws -> (descriptor: Int32, address: sockaddr_in) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(descriptor, general, length) == 0 && getsockname(descriptor, general, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else { throw MissingPart(what: "a socket (is the limit of open files too low?)") }
        return (descriptor, address)
    }
}
