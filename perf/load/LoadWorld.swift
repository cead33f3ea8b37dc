import CSockets
import NGProtocol
import SRTP
import Wire

/// Everything that one run holds: the sockets, the calls and the clock of their packets. One thread drives it by `turn`.
final class LoadWorld {
    /// All calls' packets are spread evenly over so many moments of each 20 ms.
    static let slots = 80
    static let tickTime = FrameAccount.frameTime / Int64(slots)
    static let roomStride = 2048
    static let ngStride = 16_384

    let options: LoadOptions
    let network: Network
    let profile: Profile
    let sockets: LoadSockets
    let sources: [FrameSource]
    let certificate: DTLSCertificate?
    let meter: ProcessMeter
    var random: SplitMix64
    var requests: NGRequests

    /// By number; `nil` once over.
    var calls: [LoadCall?] = []
    /// Calls that are on their way up, and of those the ones in a handshake.
    var rising: [LoadCall] = []
    var handshaking: [LoadCall] = []
    /// Between offer and keys.
    var inSetUp = 0
    /// Deletes under way.
    var deleting = 0
    var foreground = SetUpTimes()
    var background = SetUpTimes()
    /// A call that is up stops sending, until all are.
    var isQuietWhenUp = true
    var isDeletingAtOnce = false
    var pongs = 0

    /// By side and slot.
    var wheel: [[[MediaLeg]]]
    var tick: Int64 = 0
    var wheelBegan: Int64
    var delayed: [[DelayedPacket]]
    let batch = PacketBatch()
    /// The leg that a port of the daemon belongs to; -1 for none.
    let owners: UnsafeMutablePointer<Int32>
    let room: UnsafeMutableRawPointer
    let arrivals: UnsafeMutablePointer<rtpbridge_arrival>

    var isMeasuring = false
    /// Every so many packets give a delay.
    var delayStride = 1
    var delayTurn = 0
    var delays = DelayHistogram()
    var lateness = DelayHistogram()
    var packetsSent = 0
    var packetsReceived = 0
    var rtcpReceived = 0
    var sendFailures = 0
    /// RTP that no call waits for, or that cannot be opened or read.
    var unexpected = 0
    var handshakesCheckedAt: Int64 = 0
    var checkedAt: Int64 = 0

    init(options: LoadOptions, network: Network) throws(LoadError) {
        self.options = options
        self.network = network
        profile = options.profile
        random = SplitMix64(seed: options.seed)
        let addresses = [options.metaAddress, options.pbxAddress].map { UInt32(truncatingIfNeeded: IPAddress($0)?.low ?? 0) }
        sockets = try LoadSockets(addresses: addresses, count: options.sockets)
        let speech = try Speech(files: options.speech)
        let profile = options.profile
        let metaSource = try speech.source(of: profile.codec(.meta))
        sources = [metaSource, profile.codec(.pbx) == profile.codec(.meta) ? metaSource : try speech.source(of: profile.codec(.pbx))]
        let needsCertificate = profile.security(.meta) == .dtls
        certificate = needsCertificate ? try? DTLSCertificate.generate() : nil
        meter = ProcessMeter(process: options.daemonPid)
        requests = NGRequests(descriptor: sockets.ng, server: options.ng)
        wheel = Array(repeating: Array(repeating: [], count: Self.slots), count: 2)
        wheelBegan = SystemClock.now
        delayed = Array(repeating: [], count: network.isPerfect ? 0 : 2048)
        owners = .allocate(capacity: 65_536)
        owners.initialize(repeating: -1, count: 65_536)
        room = .allocate(byteCount: Self.ngStride * Int(RTPBRIDGE_BATCH_MAXIMUM), alignment: 16)
        arrivals = .allocate(capacity: Int(RTPBRIDGE_BATCH_MAXIMUM))
        arrivals.initialize(repeating: rtpbridge_arrival(), count: Int(RTPBRIDGE_BATCH_MAXIMUM))
        let result = rtpbridge_batch_prepare_thread(Int32(options.cpu ?? -1))
        guard result == 0 else { throw .system("sched_setaffinity", errno: -result) }
    }

    /// Somebody waits for our next move, so that datagrams are read as they come and not at the next tick.
    var isUrgent: Bool { requests.count > 0 || !rising.isEmpty }

    /// Sends what is due, then receives until the next tick.
    func turn() throws(LoadError) {
        if stopRequested != 0 { throw .interrupted }
        let now = SystemClock.now
        sendDue(at: now)
        if now - handshakesCheckedAt >= 1_000_000 { serveHandshakes(at: now) }
        if now - checkedAt >= 100_000_000 { try check(at: now) }
        let wait = wheelBegan + tick * Self.tickTime - SystemClock.now
        if !isUrgent { SystemClock.sleep(wait) }
        sockets.wait(isUrgent ? wait : 0) { drain($0) }
    }

    func run(until end: Int64, unless isDone: () -> Bool = { false }) throws(LoadError) {
        while !isDone(), SystemClock.now < end { try turn() }
    }

    /// What need not be looked at each time: requests without reply, calls that do not come up, whether the daemon lives.
    private func check(at now: Int64) throws(LoadError) {
        checkedAt = now
        for request in requests.repeatDue(at: now) { giveUp(request, at: now) }
        for call in rising where now - call.beganAt > 15_000_000_000 { fail(call, "not up after 15 s (\(call.state))", at: now) }
        guard meter.usage != nil else { throw .daemon("the daemon's process \(options.daemonPid) is gone") }
    }
}

/// Set by SIGINT and SIGTERM.
nonisolated(unsafe) var stopRequested: Int32 = 0
