import NGProtocol
import PeerSimulator
import SRTP
import Wire

/// How long it takes from the ng `answer` to our first SRTP packet toward WhatsApp, over many calls, one at a time.
struct SetUpMeasurement {
    var calls: Int
    /// Of the network between the relay and WhatsApp [ms].
    var roundTrip: Int
    let loop: EventLoop
    let client: NGClient
    let certificate: DTLSCertificate

    /// One kind of call and what was measured of it.
    private struct Row {
        var title: String
        var times: [Nanoseconds]
        var failures: Int

        var text: String {
            let sorted = times.sorted()
            func percentile(_ share: Double) -> String {
                guard let last = sorted.last else { return "-" }
                let place = Int(share * Double(sorted.count))
                return decimal(Double((place < sorted.count ? sorted[place] : last).count) / 1e6)
            }
            let figures = [percentile(0.5), percentile(0.99), percentile(1), String(failures)]
            return title.padded(to: 28) + figures.map { $0.indented(to: 10) }.joined() + "\n"
        }
    }

    /// - Returns: how many calls failed.
    func run(while isAlive: () -> Bool) throws(DemoError) -> Int {
        let kinds = DemoCall.all([.dtls, .sdes])
        ProgressLine.write("\(calls) calls of each kind, \(roundTrip) ms round trip to WhatsApp; answer to first SRTP packet out [ms]\n")
        ProgressLine.write("".padded(to: 28) + ["p50", "p99", "max", "failed"].map { $0.indented(to: 10) }.joined() + "\n")
        var failures = 0
        for kind in kinds {
            var row = Row(title: "\(kind.title), \(kind.whatsAppLeg)", times: [], failures: 0)
            for number in 0..<calls where isAlive() {
                var call = kind
                call.number = 1000 * kind.number + number
                if let time = try measure(call) { row.times.append(time) } else { row.failures += 1 }
            }
            ProgressLine.write(row.text)
            failures += row.failures
        }
        return failures
    }

    /// The PBX says nothing, so the first packet is the relay's own.
    private func measure(_ call: DemoCall) throws(DemoError) -> Nanoseconds? {
        let (meta, rtp, rtcp) = (try UDPSocket(), try UDPSocket(), try UDPSocket())
        let seed = UInt64.random(in: 1...(1 << 62))
        let whatsApp = WhatsAppEndpoint(.init(keying: call.keying, address: meta.address, certificate: certificate, seed: seed))
        let pbx = PBXEndpoint(.init(
            address: rtp.address, rtcpAddress: call.pbxMultiplexes ? nil : rtcp.address, transport: call.pbxTransport,
            codec: call.pbxCodec, seed: seed + 1))
        pbx.fillsWithSilence = false
        let oneWay = Nanoseconds.microseconds(roundTrip * 500)
        let shells = [PeerShell(whatsApp, sockets: [meta], delay: oneWay), PeerShell(pbx, sockets: [rtp, rtcp])]
        for shell in shells { loop.add(shell) }
        defer { for shell in shells { loop.remove(shell) } }
        let answered: MonotonicInstant
        if call.caller == .user {
            let answer = pbx.makeAnswer(to: try sdp("offer", call.offer(whatsApp.makeOffer())), at: SystemClock.now)
            answered = SystemClock.now
            whatsApp.receiveAnswer(try sdp("answer", call.answer(answer)), at: SystemClock.now)
        } else {
            let answer = whatsApp.makeAnswer(to: try sdp("offer", call.offer(pbx.makeOffer())), at: SystemClock.now)
            for shell in shells { shell.flush() }
            answered = SystemClock.now
            pbx.receiveAnswer(try sdp("answer", call.answer(answer)), at: SystemClock.now)
        }
        for shell in shells { shell.flush() }
        var began: MonotonicInstant? { whatsApp.makeReport().receivingBegan }
        loop.run(until: SystemClock.now + .seconds(5)) { began != nil }
        _ = try client.request("delete", call.delete, over: loop)
        return began.map { $0 - answered - oneWay }
    }

    private func sdp(_ command: String, _ message: NGDictionary) throws(DemoError) -> String {
        let (reply, _) = try client.request(command, message, over: loop)
        guard let sdp = reply.text("sdp") else { throw .refused(command: command, reason: "a reply without SDP") }
        return sdp
    }
}
