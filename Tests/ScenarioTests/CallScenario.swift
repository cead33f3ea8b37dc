import CVirtualClock
import LateHandshakes
import MediaCore
import Negotiation
import NGProtocol
import PeerSimulator
import SRTP
import Testing
import Wire

/// A whole call without sockets: a WhatsApp endpoint, the relay's negotiation and media core, a PBX endpoint and a bad
/// network between them, in virtual time.
final class CallScenario {
    struct Setup {
        var keying = WhatsAppEndpoint.Keying.dtls
        var pbxTransport = "RTP/AVP"
        var pbxCodec = SimulatedCodec.pcmu
        var pbxMultiplexes = false
        var pbxPacketTime = 20
        var pbxHasTelephoneEvent = true
        /// Handshake datagrams are ignored by Meta for this long after its SDP is complete.
        var dtlsDelay = Nanoseconds.zero
        /// So are checks of ICE.
        var delaysICE = false
        /// Meta's number has G.711 beside Opus.
        var numberHasG711 = false
        /// Meta sends no media before the business does.
        var metaWaitsForFirstPacket = true
        /// The integrator says nothing to the relay but `whatsapp`.
        var hasOnlyTheFlag = false
        var mediaTimeout = Nanoseconds.seconds(60)
        var seed: UInt64 = 1
        /// How long the work of a DTLS handshake is away; `nil` where the call does it at once.
        var handshakeDelay: Nanoseconds?
        /// Of the relay's ports.
        var firstPort: UInt16 = 30_000
    }

    let setup: Setup
    let whatsApp: WhatsAppEndpoint
    /// Where the WhatsApp endpoint is one of several.
    let edge: MetaEdge?
    let pbx: PBXEndpoint
    let resources: ScenarioResources
    let call: Call
    var network: VirtualNetwork
    /// What the networks between the relay and each peer do.
    var whatsAppLink = VirtualNetwork.Link()
    var pbxLink = VirtualNetwork.Link()
    /// Looks at, changes or swallows (`nil`) a datagram between relay and peers.
    var tap: (VirtualNetwork.Delivery) -> VirtualNetwork.Delivery? = { $0 }
    /// Changes each plan on its way from the negotiation into the call.
    var adjustPlan: (inout CallPlan) -> Void = { _ in }
    /// The daemon's settings, as every request meets them.
    var defaults = NegotiationDefaults()
    /// What came of the last request: the answer of our own and the findings, beside the description for the other side.
    private(set) var lastResult: NegotiationResult?
    /// Meta's part of the negotiation, as an integrator keeps it.
    var metaSDP = ""
    private(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private(set) var events: [CallEvent] = []
    private(set) var dialogue: Dialogue?
    private(set) var plan = CallPlan()
    /// How often the call was woken by its deadline.
    private(set) var wakeUps = 0
    /// Handshake work that is away.
    var handshakes: LateHandshakes
    private let output = CallOutput(capacity: 256)
    private static let certificates = Result { (try DTLSCertificate.generate(), try DTLSCertificate.generate()) }

    static let whatsAppAddress = TransportAddress(ip: IPAddress(v4: 0xcb00_7109), port: 3480)
    static let pbxAddress = TransportAddress(ip: IPAddress(v4: 0xc000_0214), port: 24_058)
    static let pbxRTCPAddress = TransportAddress(ip: IPAddress(v4: 0xc000_0214), port: 24_059)

    init(_ setup: Setup = Setup(), edge: MetaEdge? = nil) throws {
        self.setup = setup
        self.edge = edge
        let certificates = try Self.certificates.get()
        var meta = WhatsAppEndpoint.Configuration(
            keying: setup.keying, address: Self.whatsAppAddress, certificate: certificates.0, seed: setup.seed, dtlsDelay: setup.dtlsDelay)
        meta.delaysICE = setup.delaysICE
        meta.offersG711 = setup.numberHasG711
        meta.waitsForFirstPacket = setup.metaWaitsForFirstPacket
        whatsApp = WhatsAppEndpoint(meta)
        edge?.add(whatsApp)
        pbx = PBXEndpoint(.init(
            address: Self.pbxAddress, rtcpAddress: setup.pbxMultiplexes ? nil : Self.pbxRTCPAddress, transport: setup.pbxTransport,
            codec: setup.pbxCodec, packetTime: setup.pbxPacketTime, hasTelephoneEvent: setup.pbxHasTelephoneEvent, seed: setup.seed &+ 1))
        resources = ScenarioResources(certificate: certificates.1, seed: setup.seed &+ 2, firstPort: setup.firstPort)
        network = VirtualNetwork(seed: setup.seed &+ 3)
        handshakes = LateHandshakes(delay: setup.handshakeDelay ?? .zero)
        call = Call(CallConfiguration(seed: setup.seed &+ 4, handshakesApart: setup.handshakeDelay != nil), at: now)
        defaults.mediaTimeout = setup.mediaTimeout
        setClock()
    }

    deinit { rtpbridge_virtual_clock_clear() }

    // MARK: - Negotiation

    /// One request through negotiation and into the call; the SDP for the other side.
    @discardableResult
    func negotiate(_ sdp: String, isOffer: Bool, options: MediaOptions, from: String = "caller", to: String = "callee") throws -> String {
        var request = NegotiationRequest(sdp: sdp, fromTag: from, toTag: isOffer ? nil : to, options: options)
        request.defaults = defaults
        let result = isOffer
            ? try Negotiator.offer(request, dialogue: dialogue, resources: resources)
            : try Negotiator.answer(request, dialogue: #require(dialogue), resources: resources)
        dialogue = result.dialogue
        lastResult = result
        apply(result.plan)
        return result.sdp
    }

    /// A plan goes into the call, adjusted; the present one again by default.
    func apply(_ new: CallPlan? = nil) {
        plan = new ?? plan
        adjustPlan(&plan)
        call.apply(plan, at: now, into: output)
        collect()
    }

    // MARK: - Time

    func run(milliseconds: Int) { run(until: now + .milliseconds(milliseconds)) }

    func run(until end: MonotonicInstant) {
        while true {
            let ofPeers = min(network.nextDelivery, whatsApp.nextDeadline, pbx.nextDeadline)
            let next = min(ofPeers, call.nextDeadline, handshakes.nextDeadline)
            if next > end { break }
            now = max(now, next)
            setClock()
            step()
        }
        now = max(now, end)
        setClock()
    }

    private func step() {
        for delivery in network.takeArrived(by: now) { deliver(delivery) }
        for step in handshakes.takeDone(by: now) {
            call.finish(step, at: now, into: output)
            collect()
        }
        if call.nextDeadline <= now {
            wakeUps += 1
            call.handleDeadline(at: now, into: output)
            collect()
        }
        if whatsApp.nextDeadline <= now { whatsApp.handleDeadline(at: now) }
        if pbx.nextDeadline <= now { pbx.handleDeadline(at: now) }
        for datagram in whatsApp.takeOutput() { send(datagram.bytes, from: datagram.from, to: datagram.to, over: whatsAppLink) }
        for datagram in pbx.takeOutput() { send(datagram.bytes, from: datagram.from, to: datagram.to, over: pbxLink) }
    }

    private func deliver(_ delivery: VirtualNetwork.Delivery) {
        guard let delivery = tap(delivery) else { return }
        if let slot = resources.slot(of: delivery.to) {
            inject(delivery.bytes, slot: slot, from: delivery.from)
        } else if delivery.to == Self.whatsAppAddress {
            if let edge {
                edge.receive(delivery.bytes, from: delivery.from, at: now)
            } else {
                whatsApp.receive(delivery.bytes, from: delivery.from, at: now)
            }
        } else if delivery.to == pbx.address || delivery.to == pbx.rtcpAddress {
            pbx.receive(delivery.bytes, at: now)
        }
    }

    /// A datagram straight into the call, from wherever.
    func inject(_ bytes: [UInt8], slot: Int, from source: TransportAddress) {
        var room = bytes + Array(repeating: 0, count: 64)
        room.withUnsafeMutableBytes { buffer in
            call.receive(MutableBytes(buffer.baseAddress, count: bytes.count), on: slot, from: source, at: now, into: output)
        }
        collect()
    }

    private func collect() {
        for datagram in output.datagrams {
            guard let from = resources.sockets[datagram.slot] else { continue }
            let link = datagram.destination == Self.whatsAppAddress ? whatsAppLink : pbxLink
            send(output.bytes(of: datagram).array, from: from, to: datagram.destination, over: link)
        }
        events += output.events
        handshakes.put(output.takeHandshakes(), at: now)
        output.removeAll()
    }

    private func send(_ bytes: [UInt8], from: TransportAddress, to: TransportAddress, over link: VirtualNetwork.Link) {
        network.send(bytes, from: from, to: to, over: link, at: now)
    }

    private func setClock() { rtpbridge_virtual_clock_set(now.nanoseconds) }
}
