import CSockets
import Glibc
import Wire

/// One port pair of a side: RTP at the even port, RTCP at the next (RFC 3550 section 11).
struct PortPair {
    let rtp: Int32
    let rtcp: Int32
    let port: UInt16
}

/// All sockets of the generator: few, large, each shared by many calls.
final class LoadSockets {
    /// What a socket is for, as epoll's token says.
    enum Use {
        case ng
        case rtp(Side, Int)
        case rtcp(Side, Int)
    }

    private static let bufferLength: Int32 = 16 << 20
    private static let maximumReady = 256

    let ng: Int32
    let pairs: [[PortPair]]
    let addresses: [UInt32]
    private let epoll: Int32
    private let uses: [Use]
    private let descriptors: [Int32]
    private var tokens = [UInt64](repeating: 0, count: maximumReady)
    private var drops: [UInt32]

    init(addresses: [UInt32], count: Int) throws(LoadError) {
        self.addresses = addresses
        var uses: [Use] = []
        var descriptors: [Int32] = []
        ng = rtpbridge_batch_open(0, 0, Self.bufferLength)
        guard ng >= 0 else { throw .system("socket", errno: -ng) }
        uses.append(.ng)
        descriptors.append(ng)
        var pairs: [[PortPair]] = []
        for side in Side.allCases {
            var ofSide: [PortPair] = []
            for index in 0..<count {
                let pair = try Self.openPair(addresses[side.rawValue], from: ofSide.last.map { $0.port + 2 } ?? 10_000)
                ofSide.append(pair)
                uses += [.rtp(side, index), .rtcp(side, index)]
                descriptors += [pair.rtp, pair.rtcp]
            }
            pairs.append(ofSide)
        }
        self.pairs = pairs
        self.uses = uses
        self.descriptors = descriptors
        drops = Array(repeating: 0, count: descriptors.count)
        epoll = rtpbridge_epoll_create()
        guard epoll >= 0 else { throw .system("epoll_create", errno: -epoll) }
        for (index, descriptor) in descriptors.enumerated() { _ = rtpbridge_epoll_add(epoll, descriptor, UInt64(index)) }
    }

    private static func openPair(_ address: UInt32, from start: UInt16) throws(LoadError) -> PortPair {
        var error: Int32 = 0
        for port in stride(from: start, to: 29_000, by: 2) {
            let rtp = rtpbridge_batch_open(address, port, bufferLength)
            guard rtp >= 0 else {
                error = -rtp
                continue
            }
            let rtcp = rtpbridge_batch_open(address, port + 1, bufferLength)
            if rtcp >= 0 { return PortPair(rtp: rtp, rtcp: rtcp, port: port) }
            error = -rtcp
            close(rtp)
        }
        throw .system("bind", errno: error)
    }

    /// Waits up to `timeout` [ns] and calls `body` for each socket that has something.
    func wait(_ timeout: Int64, _ body: (Int) -> Void) {
        let count = Int(rtpbridge_epoll_wait(epoll, &tokens, Int32(Self.maximumReady), max(0, timeout)))
        guard count > 0 else { return }
        for place in 0..<count { body(Int(tokens[place])) }
    }

    func use(_ index: Int) -> Use { uses[index] }

    /// Receives up to a batch from a socket; how many.
    func receive(
        _ index: Int, into room: UnsafeMutableRawPointer, stride: Int, count: Int, _ arrivals: UnsafeMutablePointer<rtpbridge_arrival>
    ) -> Int {
        max(0, Int(rtpbridge_batch_receive(descriptors[index], room, stride, Int32(count), arrivals, &drops[index])))
    }

    /// Datagrams that our own queues had to drop so far.
    var dropped: Int { drops.reduce(0) { $0 + Int($1) } }
}
