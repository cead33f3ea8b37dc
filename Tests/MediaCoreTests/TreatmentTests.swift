import Codecs
import MediaCore
import RTP
import Testing
import Wire

/// What a plan says that is done to a source's audio on its way to one peer.
@Suite struct TreatmentTests {
    private static let others = [PlainCall.pcmu, PlainCall.pcma, PlainCall.opus]

    private func type(_ payload: PayloadPlan) -> UInt8 { payload.payloadType }

    // MARK: - Blocked

    /// Forwarded or converted: nothing is heard, and behind it the numbers go on.
    @Test(arguments: others)
    func nothingOfABlockedSourceIsHeard(_ format: PayloadPlan) {
        let call = PlainCall([PlainCall.pcmu, format])
        call.talk(from: 0, 0..<50)
        call.apply { $0.media[1].treatment = .blocked }
        let before = call.sent[1].count
        call.talk(from: 0, 50..<150)
        press(call, from: 150)
        #expect(call.sent[1].count == before)
        #expect(call.events.contains { if case .digit(media: 0, code: 5, _, _) = $0 { true } else { false } }, "reported all the same")
        call.apply { $0.media[1].treatment = [] }
        call.talk(from: 0, 160..<210)
        #expect(call.sent[1].count - before >= 45)
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
        let stamps = call.sent[1].map(\.header.timestamp)
        let heard = Int((stamps.last ?? 0) &- (stamps.first ?? 0)) / (format.clockRate / 50)
        #expect((205...211).contains(heard), "the time that passed: \(heard) frames")
        #expect(call.call.statistics().drops[DropReason.blocked.rawValue] >= 100)
    }

    @Test func theOtherDirectionIsHeard() {
        let call = PlainCall { $0.media[1].treatment = .blocked }
        for number in 0..<50 {
            call.send(from: 0, number)
            call.send(from: 1, number)
            call.run(milliseconds: 20)
        }
        #expect(call.sent[1].isEmpty && call.sent[0].count == 50)
    }

    @Test func aBlockedPeerIsStillKeptAwake() {
        let call = PlainCall {
            $0.media[1].treatment = .blocked
            $0.media[1].presence = PresencePlan(sendsFirst: true, maximumGap: .milliseconds(400))
        }
        call.talk(from: 0, 0..<500)
        #expect(call.longestPause(toward: 1) <= 400 && call.sent[1].allSatisfy { G711.isSilence(bytes: $0.payload, .mu) })
    }

    /// What was kept for the peer is not heard once it is blocked.
    @Test func theBacklogIsBlockedToo() {
        let call = PlainCall { $0.media[1].isGated = true }
        call.talk(from: 0, 0..<100)
        call.apply { $0.media[1].treatment = .blocked }
        call.apply { $0.media[1].isGated = false }
        call.run(milliseconds: 5000)
        #expect(call.sent[1].isEmpty)
    }

    // MARK: - Silenced

    @Test(arguments: [PlainCall.pcmu, PlainCall.pcma])
    func aSilencedSourceIsForwardedAsSilence(_ format: PayloadPlan) {
        let call = PlainCall([format, format]) { $0.media[1].treatment = .silenced }
        call.talk(from: 0, 0..<50, payloadType: type(format))
        let silence: UInt8 = format.format == .pcmu ? 0xff : 0xd5
        #expect(call.sent[1].count == 50 && call.sent[1].allSatisfy { $0.payload == Array(repeating: silence, count: 160) })
        call.apply { $0.media[1].treatment = [] }
        call.talk(from: 0, 50..<100, payloadType: type(format))
        #expect(call.sent[1].suffix(50).allSatisfy { $0.payload == PlainCall.sound })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0 && call.sent[1].filter(\.header.marker).count == 1)
    }

    /// Each packet is as long as the one in whose place it is, and decodes to nothing.
    @Test(arguments: [2.5, 5, 10, 20, 30, 40, 60, 80, 120])
    func silenceInOpusHasTheSameLength(_ milliseconds: Double) throws {
        let payload = try #require(Self.opus(milliseconds))
        let call = PlainCall([PlainCall.opus, PlainCall.opus]) { $0.media[1].treatment = .silenced }
        for number in 0..<5 {
            call.send(from: 0, number, timestamp: number * Int(milliseconds * 48), payloadType: 111, payload: payload)
        }
        #expect(call.sent[1].count == 5)
        let decoder = try OpusDecoder(sampleRate: 48000)
        for packet in call.sent[1] {
            #expect(packet.payload != payload)
            let samples = packet.payload.withBytes { bytes -> [Int16] in
                #expect(OpusPacket.duration(bytes) == Int(milliseconds * 48))
                return Self.decode(bytes, decoder)
            }
            #expect(samples.count == Int(milliseconds * 48) && samples.allSatisfy { abs(Int($0)) <= 8 })
        }
    }

    @Test(arguments: [PlainCall.pcma, PlainCall.opus])
    func aSilencedSourceIsConvertedToSilence(_ format: PayloadPlan) throws {
        let call = PlainCall([PlainCall.pcmu, format]) { $0.media[1].treatment = .silenced }
        call.talk(from: 0, 0..<100)
        #expect(call.sent[1].count >= 95)
        let decoder = try OpusDecoder(sampleRate: 8000)
        for packet in call.sent[1] {
            if format.format == .pcma {
                #expect(G711.isSilence(bytes: packet.payload, .a))
            } else {
                #expect(packet.payload.withBytes { Self.decode($0, decoder) }.allSatisfy { abs(Int($0)) <= 8 })
            }
        }
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// G.722 and L16 have their silence, a format that nobody knows is not passed on; digits are.
    @Test func silenceOfOtherFormats() {
        for (name, byte) in [(PayloadFormat.g722, 0xff as UInt8), (.l16, 0)] {
            let format = PayloadPlan(payloadType: 9, format: name, clockRate: 8000)
            let call = PlainCall([format, format]) { $0.media[1].treatment = .silenced }
            call.talk(from: 0, 0..<3, payloadType: 9)
            #expect(call.sent[1].map(\.payload) == Array(repeating: Array(repeating: byte, count: 160), count: 3))
        }
        let format = PayloadPlan(payloadType: 9, format: .other("G729"), clockRate: 8000)
        let call = PlainCall([format, format]) { $0.media[1].treatment = .silenced }
        call.talk(from: 0, 0..<10, payloadType: 9)
        #expect(call.sent[1].isEmpty)
        press(call, from: 10)
        call.apply { $0.media[1].treatment = [] }
        call.talk(from: 0, 30..<40, payloadType: 9)
        #expect(call.sent[1].contains { $0.header.payloadType == 101 } && call.gaps(toward: 1).isEmpty)
    }

    // MARK: - Digits blocked

    /// Forwarded, converted, and kept while the peer can't be sent to.
    @Test(arguments: [0, 1, 2])
    func blockedDigitsAreReportedOnly(_ way: Int) {
        let call = PlainCall([PlainCall.pcmu, way == 0 ? PlainCall.pcmu : PlainCall.pcma]) {
            $0.media[1].treatment = .digitsBlocked
            $0.media[1].isGated = way == 2
        }
        call.talk(from: 0, 0..<20)
        press(call, from: 20)
        call.talk(from: 0, 30..<60)
        if way == 2 { call.apply { $0.media[1].isGated = false } }
        call.run(milliseconds: 3000)
        #expect(call.sent[1].allSatisfy { $0.header.payloadType != 101 } && call.sent[1].count >= 40)
        #expect(call.events.contains { if case .digit(media: 0, code: 5, _, _) = $0 { true } else { false } })
        #expect(call.call.statistics().media[1].digitsSent == 0 && call.call.statistics().media[0].digitsReceived == 1)
        #expect(call.gaps(toward: 1).isEmpty)
        call.apply { $0.media[1].treatment = [] }
        press(call, from: 60)
        call.run(milliseconds: 500)
        #expect(call.call.statistics().media[1].digitsSent == 1)
    }

    /// Some senders play the tone beside the event.
    @Test func noToneIsHeardBesideABlockedDigit() {
        let call = PlainCall { $0.media[1].treatment = .digitsBlocked }
        call.talk(from: 0, 0..<10)
        for number in 0..<10 {
            let digit = PlainCall.digit(5, duration: UInt16(160 * number + 160))
            call.send(from: 0, 10 + 2 * number, timestamp: 1600, payloadType: 101, payload: digit)
            call.send(from: 0, 11 + 2 * number, timestamp: (10 + number) * 160)
            call.run(milliseconds: 20)
        }
        #expect(call.sent[1].count == 10)
    }

    /// A digit that is being pressed when the block begins ends there, properly.
    @Test func aBlockEndsTheDigit() throws {
        let call = PlainCall()
        call.talk(from: 0, 0..<10)
        for number in 10..<30 {
            if number == 16 { call.apply { $0.media[1].treatment = .digitsBlocked } }
            let digit = PlainCall.digit(5, duration: 160 * UInt16(number - 9))
            call.send(from: 0, number, timestamp: 1600, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
        let events = call.sent[1].filter { $0.header.payloadType == 101 }
        #expect((7...11).contains(events.count) && events.suffix(3).allSatisfy { $0.payload[1] & 0x80 != 0 })
    }

    // MARK: - Converted

    @Test func equalFormatsAreConvertedIfAsked() {
        let call = PlainCall { $0.media[1].treatment = .alwaysConverts }
        #expect(call.call.statistics().media[1].isTranscoding && !call.call.statistics().media[0].isTranscoding)
        call.send(from: 0, 0, payload: Array(PlainCall.sound.prefix(80)))
        call.send(from: 0, 1, timestamp: 80, payload: PlainCall.sound)
        call.run(milliseconds: 300)
        #expect(call.sent[1].first?.payload.count == 160, "in frames of our own")
        call.apply { $0.media[1].treatment = [] }
        call.talk(from: 0, 20..<40)
        #expect(!call.call.statistics().media[1].isTranscoding && call.sent[1].suffix(15).allSatisfy { $0.payload == PlainCall.sound })
        #expect(call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    @Test func whatCantBeConvertedIsForwarded() {
        let format = PayloadPlan(payloadType: 18, format: .other("G729"), clockRate: 8000)
        let call = PlainCall([format, format]) { $0.media[1].treatment = .alwaysConverts }
        call.talk(from: 0, 0..<10, payloadType: 18)
        #expect(call.sent[1].count == 10)
    }

    // MARK: -

    /// Ten packets of the digit 5.
    private func press(_ call: PlainCall, from first: Int) {
        for number in first..<first + 10 {
            let digit = PlainCall.digit(5, duration: 160 * UInt16(number - first + 1), isEnd: number - first > 6)
            call.send(from: 0, number, timestamp: first * 160, payloadType: 101, payload: digit)
            call.run(milliseconds: 20)
        }
    }

    /// A packet whose TOC byte says that it is so long; what is in it does not matter, but its frames are there.
    private static func opus(_ milliseconds: Double) -> [UInt8]? {
        switch milliseconds {
        case 2.5: [16 << 3] + Array(repeating: 9, count: 20)
        case 5: [17 << 3] + Array(repeating: 9, count: 20)
        case 10: [18 << 3] + Array(repeating: 9, count: 20)
        case 20: [19 << 3] + Array(repeating: 9, count: 20)
        case 30: [18 << 3 | 3, 3] + Array(repeating: 9, count: 30)
        case 40: [19 << 3 | 1] + Array(repeating: 9, count: 40)
        case 60: [19 << 3 | 3, 3] + Array(repeating: 9, count: 30)
        case 80: [19 << 3 | 3, 4] + Array(repeating: 9, count: 40)
        case 120: [19 << 3 | 3, 6] + Array(repeating: 9, count: 60)
        default: nil
        }
    }

    private static func decode(_ packet: Bytes, _ decoder: OpusDecoder) -> [Int16] {
        var samples = [Int16](repeating: 0, count: 5760)
        let count = samples.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) } ?? 0
        return Array(samples.prefix(count))
    }
}

extension G711 {
    fileprivate static func isSilence(bytes: [UInt8], _ law: Law) -> Bool { bytes.withBytes { isSilence($0, law: law) } }
}
