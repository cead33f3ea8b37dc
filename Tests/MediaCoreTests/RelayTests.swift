import MediaCore
import RTP
import SRTP
import Testing
import Wire

/// M-lines that are no audio: what goes in comes out.
@Suite struct RelayTests {
    private static let vp8 = PayloadPlan(payloadType: 96, format: .other("VP8"), clockRate: 90_000)
    private static let rtx = PayloadPlan(payloadType: 97, format: .other("RTX"), clockRate: 90_000)

    private static func key(_ filler: UInt8) throws -> SRTPKey {
        let suite = SRTPSuite.aesCM128HMACSHA1_80
        let material = Array(repeating: filler, count: suite.masterKeyLength + suite.masterSaltLength)
        return try #require(SRTPKey(suite: suite, keyAndSalt: material))
    }

    /// Two peers whose m-line is `kind`.
    private func start(_ kind: RelayKind, edit: (inout CallPlan) -> Void = { _ in }) -> PlainCall {
        PlainCall { plan in
            for index in plan.media.indices {
                plan.media[index].relay = kind
                plan.media[index].receivePayloads = [Self.vp8, Self.rtx]
                plan.media[index].sendPayloads = [Self.vp8, Self.rtx]
            }
            edit(&plan)
        }
    }

    /// With marker, two CSRCs, a header extension and padding.
    private func packet(_ number: Int, payloadType: UInt8 = 96, ssrc: UInt32 = 0x1234, timestamp: UInt32 = 77, body: Int = 50) -> [UInt8] {
        var bytes: [UInt8] = [0xb2, 0x80 | payloadType, UInt8(number >> 8 & 0xff), UInt8(number & 0xff)]
        for word in [timestamp, ssrc, 5, 6] { bytes += (0..<4).map { UInt8(word >> (24 - 8 * UInt32($0)) & 0xff) } }
        bytes += [0xbe, 0xde, 0, 1, 0x10, 1, 2, 3]
        return bytes + (0..<body).map { UInt8(truncatingIfNeeded: $0 &* number) } + [0, 0, 3]
    }

    private func report(_ ssrc: UInt8 = 9) -> [UInt8] { [0x80, 201, 0, 1, 0, 0, 0, ssrc] }

    // MARK: - RTP

    @Test func packetsGoOnAsTheyCame() {
        let call = start(.packets)
        let packets = [1, 2, 5, 4, 40_000, 3].map { packet($0) } + [packet(1, ssrc: 99), packet(6, timestamp: 5_000_000)]
        for bytes in packets { call.receive(bytes, on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1] == packets)
        call.receive(packet(7), on: 1, from: PlainCall.addresses[1])
        #expect(call.datagrams[0] == [packet(7)], "the other direction too")
        call.run(milliseconds: 30_000)
        #expect(call.datagrams[1].count == packets.count && call.datagrams[0].count == 1, "nothing of our own making")
    }

    @Test func onlyTheNumberOfTheFormatIsMapped() {
        let call = start(.packets) {
            let first = PayloadPlan(payloadType: 100, format: .other("H264"), clockRate: 90_000)
            var second = first
            second.payloadType = 102
            $0.media[0].receivePayloads += [first, second]
            var others = [Self.vp8, Self.rtx, first, second]
            for (index, number) in [120, 121, 122, 123].enumerated() { others[index].payloadType = UInt8(number) }
            $0.media[1].sendPayloads = others
        }
        for number: UInt8 in [96, 97, 100, 102, 45] {
            call.receive(packet(Int(number), payloadType: number), on: 0, from: PlainCall.addresses[0])
        }
        #expect(call.datagrams[1].map { $0[1] & 0x7f } == [120, 121, 122, 123, 45])
        #expect(call.datagrams[1].allSatisfy { $0[1] & 0x80 != 0 }, "the marker stays")
        #expect(call.datagrams[1].map { Array($0.dropFirst(2)) } == [96, 97, 100, 102, 45].map { Array(packet($0).dropFirst(2)) })
    }

    /// A format that both number alike keeps its number though another of its name comes first.
    @Test func aNumberThatBothSidesKnowStays() {
        let call = start(.packets) {
            var other = Self.vp8
            other.payloadType = 98
            $0.media[1].sendPayloads = [other, Self.vp8]
        }
        call.receive(packet(1), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].first.map { $0[1] & 0x7f } == 96)
    }

    @Test func eachStreamIsCounted() {
        let call = start(.packets)
        for number in 0..<50 {
            for ssrc: UInt32 in 1...4 where number % 10 != 3 || ssrc != 2 {
                call.receive(packet(number, ssrc: ssrc), on: 0, from: PlainCall.addresses[0])
            }
            call.run(milliseconds: 20)
        }
        let received = call.call.statistics().media[0].received
        #expect(received.map(\.ssrc) == [1, 2, 3, 4] && received.map(\.packets) == [50, 45, 50, 50])
        #expect(received.map(\.cumulativeLoss) == [0, 5, 0, 0])
        #expect(call.call.statistics().media[1].rtpOut.packets == 195)
        for ssrc: UInt32 in 100..<160 { call.receive(packet(1, ssrc: ssrc), on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1].count == 255 && call.call.statistics().media[0].received.count <= 17, "bounded")
    }

    @Test func aPacketComesThroughOnce() {
        let call = start(.packets)
        for number in [1, 2, 2, 1, 3] { call.receive(packet(number), on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1].count == 3)
    }

    /// Direction, gate, block, address: each keeps packets back, and nothing is kept for later.
    @Test(arguments: 0..<5)
    func whatMayNotGoOnDoesNot(_ way: Int) {
        let call = start(.packets)
        call.receive(packet(1), on: 0, from: PlainCall.addresses[0])
        call.apply {
            switch way {
            case 0: $0.media[1].peerReceives = false
            case 1: $0.media[0].peerSends = false
            case 2: $0.media[1].isGated = true
            case 3: $0.media[1].treatment = .blocked
            default: $0.media[1].transport.remoteRTP = nil
            }
        }
        for number in 2..<20 { call.receive(packet(number), on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1].count == 1)
        call.apply {
            $0.media[1].peerReceives = true
            $0.media[0].peerSends = true
            $0.media[1].isGated = false
            $0.media[1].treatment = []
            $0.media[1].transport.remoteRTP = PlainCall.addresses[1]
        }
        call.receive(packet(20), on: 0, from: PlainCall.addresses[0])
        call.run(milliseconds: 500)
        #expect(call.datagrams[1] == [packet(1), packet(20)])
    }

    @Test func onlyThePeerIsHeardAndItsAddressIsLearnt() {
        let stranger = PlainCall.addresses[5]
        let call = start(.packets) { $0.media[0].transport.remoteRTP = nil }
        call.receive(packet(1), on: 1, from: PlainCall.addresses[1])
        #expect(call.datagrams[0].isEmpty)
        call.receive(packet(1), on: 0, from: PlainCall.addresses[0])
        call.receive(packet(2), on: 0, from: stranger)
        call.receive(packet(2), on: 1, from: PlainCall.addresses[1])
        #expect(call.datagrams[1] == [packet(1)] && call.datagrams[0] == [packet(2)])
    }

    @Test func theTimeoutCounts() {
        let call = start(.packets)
        for number in 0..<100 {
            call.receive(packet(number), on: 0, from: PlainCall.addresses[0])
            call.run(milliseconds: 1000)
        }
        #expect(!call.call.isEnded)
        call.run(milliseconds: 61_000)
        #expect(call.events.contains(.ended(.mediaTimeout)))
    }

    // MARK: - SRTP and RTCP

    @Test func srtpIsOpenedAndClosedAnew() throws {
        let (ours, theirs) = (try Self.key(1), try Self.key(2))
        let call = start(.packets) {
            for index in $0.media.indices { $0.media[index].transport.security = .sdes(local: ours, remote: theirs) }
        }
        let peer = try SRTPTransform.make(theirs, direction: .outbound), listener = try SRTPTransform.make(ours, direction: .inbound)
        func protect(_ packet: [UInt8], isRTCP: Bool = false) -> [UInt8] {
            var bytes = packet + Array(repeating: 0, count: 40)
            let length = bytes.withMutableBytes { room -> Int in
                (isRTCP ? peer.protectRTCP(room, length: packet.count) : peer.protectRTP(room, length: packet.count)) ?? 0
            }
            return Array(bytes.prefix(length))
        }
        func open(_ packet: [UInt8], isRTCP: Bool = false) -> [UInt8] {
            var bytes = packet
            let result = bytes.withMutableBytes { isRTCP ? listener.unprotectRTCP($0) : listener.unprotectRTP($0) }
            guard case .success(let length) = result else { return [] }
            return Array(bytes.prefix(length))
        }
        // As many sources as a transform has room for; one more is refused, and the others go on.
        let first = (0..<32).map { packet(1, ssrc: UInt32($0)) }
        for bytes in first { call.receive(protect(bytes), on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1].map { open($0) } == first)
        #expect(zip(call.datagrams[1], first).allSatisfy { $0 != $1 })
        #expect(protect(packet(1, ssrc: 99)).isEmpty)
        call.receive(protect(packet(3, ssrc: 7)), on: 0, from: PlainCall.addresses[0])
        call.receive(protect(packet(2, ssrc: 7)), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].suffix(2).map { open($0) } == [packet(3, ssrc: 7), packet(2, ssrc: 7)], "overtaken, not lost")
        call.receive(protect(report(), isRTCP: true), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].last.map { open($0, isRTCP: true) } == report())
        call.receive(packet(9, ssrc: 7), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].count == 35, "nothing that is not authentic")
    }

    /// Feedback goes to the sender of media, who may not want any itself.
    @Test func reportsPassWhoeverMaySend() {
        let call = start(.packets) {
            $0.media[0].peerReceives = false
            $0.media[1].peerSends = false
        }
        call.receive(report(), on: 1, from: PlainCall.addresses[1])
        call.receive(report(3), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[0] == [report()] && call.datagrams[1] == [report(3)])
        #expect(call.call.statistics().media[0].rtcpOut.packets == 1)
        call.apply { $0.media[0].isGated = true }
        call.receive(report(), on: 1, from: PlainCall.addresses[1])
        #expect(call.datagrams[0].count == 1)
    }

    // MARK: - Datagrams

    @Test func anyDatagramGoesOn() {
        let call = start(.datagrams)
        let datagrams: [[UInt8]] = [[0, 1, 2], [], [0, 1] + Array(repeating: 7, count: 200), packet(3), report(), [22, 254, 253], [255]]
        for bytes in datagrams { call.receive(bytes, on: 0, from: PlainCall.addresses[0]) }
        #expect(call.datagrams[1] == datagrams)
        call.receive([1, 2, 3], on: 1, from: PlainCall.addresses[4])
        #expect(call.datagrams[0].isEmpty, "not from a stranger")
        call.run(milliseconds: 30_000)
        #expect(call.datagrams[1].count == datagrams.count)
        #expect(call.call.statistics().media[1].rtpOut.packets == UInt64(datagrams.count))
        call.run(milliseconds: 31_000)
        #expect(call.call.isEnded)
    }

    /// A fax takes over the m-line of a voice call, and gives it back.
    @Test func audioBecomesFaxAndAudioAgain() {
        let call = PlainCall([PlainCall.pcmu, PlainCall.pcma])
        call.talk(from: 0, 0..<50)
        let before = call.datagrams[1].count
        call.apply { plan in for index in plan.media.indices { plan.media[index].relay = .datagrams } }
        call.run(milliseconds: 10_000)
        call.receive([0, 1, 2, 3], on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].dropFirst(before) == [[0, 1, 2, 3]])
        call.apply { plan in for index in plan.media.indices { plan.media[index].relay = .audio } }
        let sent = call.sent[1].count
        call.talk(from: 0, 600..<650)
        #expect(call.sent[1].count - sent >= 45 && call.gaps(toward: 1).isEmpty && call.stepsBack(toward: 1) == 0)
    }

    /// One side says audio, the other does not: nothing passes.
    @Test func bothSidesHaveToSaySo() {
        let call = start(.packets)
        call.apply { $0.media[1].relay = .audio }
        call.receive(packet(1), on: 0, from: PlainCall.addresses[0])
        #expect(call.datagrams[1].isEmpty)
    }

    @Test func anythingAtAllIsTaken() {
        var random = SplitMix64(seed: 5)
        for kind in [RelayKind.packets, .datagrams] {
            let call = start(kind)
            for _ in 0..<5000 {
                var bytes = (0..<Int(random.next() % 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                if !bytes.isEmpty, random.next() % 2 == 0 { bytes[0] = 0x80 | bytes[0] & 0x3f }
                call.receive(bytes, on: Int(random.next() % 2), from: PlainCall.addresses[Int(random.next() % 2)])
            }
            #expect(!call.datagrams[1].isEmpty)
        }
    }

    // MARK: - Many sockets

    /// Audio, video and a third m-line of two parties: twelve sockets, and each packet finds its way.
    @Test func manySocketsAndLegs() throws {
        let call = PlainCall(Array(repeating: PlainCall.pcmu, count: 6)) { plan in
            for index in plan.media.indices {
                plan.media[index].source = index ^ 1
                if index > 1 { plan.media[index].relay = index < 4 ? .packets : .datagrams }
                let socket = TransportAddress(ip: IPAddress(v4: 0xc633_640a), port: UInt16(40_000 + index))
                plan.media[index].transport.rtcpMux = false
                plan.media[index].transport.rtcpSocket = LocalSocket(slot: 6 + index, local: socket, advertised: socket)
                plan.media[index].transport.remoteRTCP = PlainCall.addresses[index]
            }
        }
        for index in 0..<6 {
            call.receive(index < 2 ? rtp() : packet(index), on: index, from: PlainCall.addresses[index])
            call.receive(report(), on: 6 + index, from: PlainCall.addresses[index])
        }
        #expect((0..<6).allSatisfy { call.datagrams[$0].count == 1 })
        #expect((2..<6).allSatisfy { call.datagrams[$0].first == packet($0 ^ 1) })
        #expect((6..<12).map { call.datagrams[$0].count } == [0, 0, 1, 1, 0, 0])
        // Each leg's state and that of the one that hears it, for whoever fetches them beforehand.
        let places = (0..<12).map { call.call.hotState(of: $0) }
        for slot in 0..<12 {
            #expect(places[slot].own != nil && places[slot].own == places[(slot + 6) % 12].own)
            #expect(places[slot].other == places[slot ^ 1].own)
        }
        #expect(Set(places.map(\.own)).count == 6 && call.call.hotState(of: 12).own == nil && call.call.hotState(of: -1).own == nil)
    }

    private func rtp() -> [UInt8] { [0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1] + PlainCall.sound }
}
