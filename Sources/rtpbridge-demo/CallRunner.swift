import NGProtocol
import PeerSimulator
import SRTP
import Wire

/// Places one call: two peers on sockets of their own, the relay between them, signaling by ng.
final class CallRunner {
    /// What both sides press: 1 5 #.
    static let digits: [UInt8] = [1, 5, 11]
    /// The way of an SDP through the Graph API or SIP [ms].
    private static let signalingDelay = 100
    private static let connectionLimit = 10
    private static let tail = 600

    /// What all calls have in common.
    struct Settings {
        /// Of Meta's end.
        var certificate: DTLSCertificate
        /// Until the callee picks up [ms].
        var ringing: Int
        /// The directory for the recordings.
        var output: String
    }

    private let call: DemoCall
    private let conversation: Conversation
    private let loop: EventLoop
    private let client: NGClient
    private let whatsApp: WhatsAppEndpoint
    private let pbx: PBXEndpoint
    private let shells: [PeerShell]
    private let progress: ProgressLine
    private let settings: Settings
    private var result: CallResult

    init(
        _ call: DemoCall, conversation: Conversation, settings: Settings, loop: EventLoop, client: NGClient
    ) throws(DemoError) {
        self.call = call
        self.conversation = conversation
        self.settings = settings
        self.loop = loop
        self.client = client
        let (meta, rtp, rtcp) = (try UDPSocket(), try UDPSocket(), try UDPSocket())
        let seed = UInt64.random(in: 1...(1 << 62))
        whatsApp = WhatsAppEndpoint(.init(
            keying: call.keying, address: meta.address, certificate: settings.certificate, seed: seed))
        pbx = PBXEndpoint(.init(
            address: rtp.address, rtcpAddress: call.pbxMultiplexes ? nil : rtcp.address, transport: call.pbxTransport,
            codec: call.pbxCodec, seed: seed + 1))
        shells = [PeerShell(whatsApp, sockets: [meta]), PeerShell(pbx, sockets: [rtp, rtcp])]
        progress = ProgressLine(call, whatsApp: whatsApp, pbx: pbx)
        result = CallResult(call: call)
    }

    func run() -> CallResult {
        for shell in shells { loop.add(shell) }
        defer { for shell in shells { loop.remove(shell) } }
        loop.longestStall = .zero
        do throws(DemoError) {
            whatsApp.play(conversation.user)
            pbx.play(conversation.business)
            switch call.caller {
            case .user: try userCalls()
            case .business: try businessCalls()
            }
            try talk()
            try hangUp()
        } catch {
            result.error = error
            // There may be no such call; the error that counts is known already.
            _ = try? client.request("delete", call.delete, over: loop)
        }
        progress.end(result.failures.isEmpty ? "passed" : "failed")
        return result
    }

    // MARK: - Signaling

    /// Meta's offer, the PBX's answer.
    private func userCalls() throws(DemoError) {
        let offer = try exchange("offer", call.offer(whatsApp.makeOffer()), time: \.offer)
        ring()
        let answer = try usable(pbx.makeAnswer(to: offer, at: SystemClock.now), "the PBX can't use the relay's offer")
        let relayed = try exchange("answer", call.answer(answer), time: \.answer)
        run(milliseconds: Self.signalingDelay)
        whatsApp.receiveAnswer(relayed, at: SystemClock.now)
    }

    /// The PBX's offer, Meta's answer.
    private func businessCalls() throws(DemoError) {
        let offer = try exchange("offer", call.offer(pbx.makeOffer()), time: \.offer)
        ring()
        let answer = try usable(whatsApp.makeAnswer(to: offer, at: SystemClock.now), "Meta can't use the relay's offer")
        run(milliseconds: Self.signalingDelay)
        let relayed = try exchange("answer", call.answer(answer), time: \.answer)
        pbx.receiveAnswer(relayed, at: SystemClock.now)
    }

    private func ring() {
        run(milliseconds: settings.ringing)
        result.pickedUp = SystemClock.now
        progress.phase = "set-up"
    }

    private func usable(_ answer: String, _ complaint: String) throws(DemoError) -> String {
        if answer.isEmpty { throw .unusable(complaint) }
        return answer
    }

    /// The SDP of the reply.
    private func exchange(
        _ command: String, _ message: NGDictionary, time: WritableKeyPath<CallResult, Nanoseconds?>
    ) throws(DemoError) -> String {
        let (reply, elapsed) = try client.request(command, message, over: loop)
        result[keyPath: time] = elapsed
        guard let sdp = reply.text("sdp") else { throw .refused(command: command, reason: "a reply without SDP") }
        return sdp
    }

    // MARK: - The call

    private func talk() throws(DemoError) {
        let limit = SystemClock.now + .seconds(Self.connectionLimit)
        while !(whatsApp.isConnected && pbx.makeReport().receivingBegan != nil) {
            if SystemClock.now > limit {
                collect()
                throw .notConnected(seconds: Self.connectionLimit)
            }
            run(milliseconds: 10)
        }
        progress.phase = "speech"
        runWhileSpeaking(seconds: conversation.seconds + 5)
        progress.phase = "digits"
        for code in Self.digits {
            whatsApp.press(code)
            pbx.press(code)
        }
        runWhileSpeaking(seconds: 5)
        run(milliseconds: Self.tail)
    }

    private func hangUp() throws(DemoError) {
        progress.phase = "hang-up"
        collect()
        let (reply, _) = try client.request("query", call.query, over: loop)
        result.whatsApp?.relay = RelayStream(reply, ssrc: whatsApp.ssrc)
        result.pbx?.relay = RelayStream(reply, ssrc: pbx.ssrc)
        _ = try client.request("delete", call.delete, over: loop)
        try Recording.write(whatsApp.heard, to: recording("whatsapp"))
        try Recording.write(pbx.heard, to: recording("pbx"))
    }

    private func recording(_ side: String) -> String { "\(settings.output)/call\(call.number)-heard-by-\(side).wav" }

    private func collect() {
        result.longestStall = loop.longestStall
        result.whatsApp = side("WhatsApp", whatsApp, hears: pbx, saying: conversation.business, recording: recording("whatsapp"))
        result.pbx = side("PBX", pbx, hears: whatsApp, saying: conversation.user, recording: recording("pbx"))
    }

    private func side(_ name: String, _ peer: any Peer, hears other: any Peer, saying played: [Int16], recording: String) -> SideResult {
        let (report, otherReport) = (peer.makeReport(isLossy: false), other.makeReport(isLossy: false))
        let speech = SpeechComparison(played: played, heard: peer.heard)
        var delay: (first: Int, last: Int)?
        if let began = report.receivingBegan, let start = otherReport.sendingBegan {
            let offset = Int((began - start).milliseconds)
            delay = (offset + speech.firstLag, offset + speech.lastLag)
        }
        return SideResult(name: name, report: report, speech: speech, delay: delay, recording: recording)
    }

    // MARK: - Time

    /// A peer that has agreed on no telephone-event keeps its digits for ever, hence the limit.
    private func runWhileSpeaking(seconds: Int) {
        let limit = SystemClock.now + .seconds(seconds)
        while whatsApp.isSpeaking || pbx.isSpeaking, SystemClock.now < limit { run(milliseconds: 100) }
    }

    private func run(milliseconds: Int) {
        for shell in shells { shell.flush() }
        loop.run(milliseconds: milliseconds)
        progress.update()
    }
}
