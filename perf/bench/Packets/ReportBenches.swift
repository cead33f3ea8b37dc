import RTP
import Wire

extension Bench {
    /// RTCP and digits.
    static var reports: [Bench] { [
        Bench.simple("rtcp/write a sender report") {
            let report = CompoundReport()
            return { consume(report.write()) }
        },
        Bench.simple("rtcp/read a sender report") {
            let report = CompoundReport()
            let bytes = try report.write().need("a report")
            return {
                var reader = RTCPReader(bytes)
                while let element = reader.next() { consume(element) }
                consume(report)
            }
        },
        Bench.simple("telephone-event/read and write") {
            let packet = PlainPacket(payload: TelephoneEvent.payloadLength)
            let payload = try packet.room.slice(RTPHeader.fixedLength, TelephoneEvent.payloadLength).need("room")
            let event = TelephoneEvent(code: 5, isEnd: false, volume: 10, duration: 160)
            return {
                consume(event.write(to: payload))
                consume(TelephoneEvent.parse(payload.bytes))
                consume(packet)
            }
        },
    ] }
}

/// SR with one block, and the name.
private final class CompoundReport {
    private let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
    private let name = Array("0123456789abcdef".utf8)

    deinit { room.base?.deallocate() }

    func write() -> Bytes? {
        let sender = SenderInfo(ntp: 1 << 40, rtpTimestamp: 160, packetCount: 50, octetCount: 8000)
        let block = ReportBlock(
            ssrc: 9, fractionLost: 1, cumulativeLost: 2, extendedHighestSequence: 1000, jitter: 20, lastSenderReport: 3,
            delaySinceLastSenderReport: 4)
        let length = name.withBytes { name in
            RTCPWriter.writeReport(into: room, ssrc: 1, sender: sender, block: block, canonicalName: name, goodbye: false)
        }
        return length.flatMap { room.bytes.slice(0, $0) }
    }
}
