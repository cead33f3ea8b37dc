import MediaCore
import MediaIO
import Wire

/// A call that joins two plain-RTP peers with G.711 on both sides, through real sockets.
struct RelayCall {
    let handle: CallHandle
    let left: UDPPeer
    let right: UDPPeer
    /// Our sockets toward the two peers.
    let leftSocket: TransportAddress
    let rightSocket: TransportAddress
    var plan: CallPlan

    init?(_ engine: MediaEngine, _ pool: PortPool, timeout: Nanoseconds = .seconds(60)) async throws {
        let host = pool.address.description
        guard let left = UDPPeer(host), let right = UDPPeer(host) else { return nil }
        let leases = [try pool.lease(), try pool.lease()]
        self.left = left
        self.right = right
        leftSocket = leases[0].address
        rightSocket = leases[1].address
        plan = CallPlan(
            media: [
                Self.media(0, socket: leftSocket, peer: left.address, source: 1),
                Self.media(1, socket: rightSocket, peer: right.address, source: 0),
            ],
            mediaTimeout: timeout, silentTimeout: timeout)
        handle = engine.makeCall()
        let sockets = leases.enumerated().map { CallSocket(slot: $0.offset, lease: $0.element) }
        guard await handle.apply(plan, adding: sockets) else { return nil }
    }

    private static func media(_ index: Int, socket: TransportAddress, peer: TransportAddress, source: Int) -> MediaPlan {
        let payloads = [PayloadPlan(payloadType: 0, format: .pcmu, clockRate: 8000)]
        let transport = TransportPlan(
            rtpSockets: [LocalSocket(slot: index, local: socket, advertised: socket)], rtcpMux: true, remoteRTP: peer, learning: .off)
        return MediaPlan(
            participant: index, transport: transport, receivePayloads: payloads, sendPayloads: payloads,
            ssrc: 0x1000_0000 + UInt32(index), cname: "relay", source: source)
    }

    /// An RTP packet with 20 ms of G.711 that says `number` in every sample.
    static func packet(_ number: Int) -> [UInt8] {
        let sequence = UInt16(truncatingIfNeeded: 100 + number)
        let timestamp = UInt32(truncatingIfNeeded: 160 * number)
        let header: [UInt8] = [
            0x80, 0, UInt8(sequence >> 8), UInt8(sequence & 0xff),
            UInt8(timestamp >> 24), UInt8(timestamp >> 16 & 0xff), UInt8(timestamp >> 8 & 0xff), UInt8(timestamp & 0xff),
            0xca, 0xfe, 0xba, 0xbe,
        ]
        return header + payload(number)
    }

    static func payload(_ number: Int) -> [UInt8] { Array(repeating: UInt8(truncatingIfNeeded: number), count: 160) }
}

extension CallHandle {
    func apply(_ plan: CallPlan, adding sockets: [CallSocket] = [], removing slots: [Int] = []) async -> Bool {
        await withCheckedContinuation { continuation in
            apply(plan, adding: sockets, removing: slots) { continuation.resume(returning: $0) }
        }
    }

    func statistics() async -> CallStatistics? {
        await withCheckedContinuation { continuation in statistics { continuation.resume(returning: $0) } }
    }

    func end() async -> CallStatistics? {
        await withCheckedContinuation { continuation in end { continuation.resume(returning: $0) } }
    }
}
