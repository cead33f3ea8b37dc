import Codecs
import RTP
import SRTP
import Wire

extension Bench {
    /// Headers.
    static var packets: [Bench] { [
        Bench.simple("packet/RTP header, read") {
            let packet = PlainPacket(payload: 160)
            return { consume(RTPHeader.parse(packet.bytes)) }
        },
        Bench.simple("packet/RTP header, write") {
            let packet = PlainPacket(payload: 160)
            let header = RTPHeader(payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 160, ssrc: 9)
            return { consume(header.write(to: packet.room)) }
        },
        Bench.simple("packet/classify") {
            let packet = PlainPacket(payload: 160)
            return { consume(PacketKind.classify(packet.bytes)) }
        },
    ] }

    /// SRTP, a whole packet of 62 bytes (Opus) and of 172 (G.711).
    static var protection: [Bench] { [SRTPSuite.aesCM128HMACSHA1_80, .aeadAES128GCM].flatMap { suite in
        [62, 172].flatMap { length in
            [
                Bench.work("srtp/protect \(suite.name), \(length) bytes", operations: 1000) {
                    let stream = try ProtectedStream(suite, length: length)
                    return Work { stream.protect(1000) }
                },
                Bench.work("srtp/unprotect \(suite.name), \(length) bytes", operations: 1000) {
                    let stream = try ProtectedStream(suite, length: length)
                    return Work(prepare: { stream.store(1000) }, run: { stream.unprotect() })
                },
            ]
        }
    } }

    /// Twenty milliseconds of speech.
    static var codecs: [Bench] { [
        Bench.simple("codec/G.711 encode, 160 samples") {
            let frame = Speech.synthetic.frames(1)[0]
            let room = PlainPacket(payload: 160)
            return { frame.withUnsafeBufferPointer { consume(G711.encode($0, law: .mu, into: room.room)) } }
        },
        Bench.simple("codec/G.711 decode, 160 samples") {
            let packet = PlainPacket(payload: 148)
            let pcm = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 160)
            return { consume(G711.decode(packet.bytes, law: .mu, into: pcm)) }
        },
        Bench.work("codec/Opus encode, 8 kHz, as on a clean path", operations: 400) {
            let encoder = try SpeechEncoder(OpusSettings.encoder)
            return Work { for _ in 0..<400 { encoder.encode() } }
        },
        Bench.work("codec/Opus decode, 8 kHz", operations: 400) {
            let decoder = try SpeechDecoder()
            return Work { for _ in 0..<400 { decoder.decode() } }
        },
    ] }
}

/// One RTP packet on memory of its own.
final class PlainPacket {
    let room: MutableBytes
    let length: Int
    var bytes: Bytes { Bytes(room.base.map { UnsafeRawPointer($0) }, count: length) }

    init(payload: Int) {
        length = RTPHeader.fixedLength + payload
        room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
        for index in 0..<2048 { room.set8(index, UInt8(truncatingIfNeeded: index &* 31)) }
        _ = RTPHeader(payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 0, ssrc: 9).write(to: room)
    }

    deinit { room.base?.deallocate() }
}

/// The same packet under ever new numbers, through both directions of one key.
final class ProtectedStream {
    private let outbound, inbound: SRTPTransform
    private let packet: PlainPacket
    private var sequence: UInt16 = 0
    private var stored: [UInt8] = []
    private var lengths: [Int] = []

    /// - Parameter length: of the packet before it is protected [bytes].
    init(_ suite: SRTPSuite, length: Int) throws {
        let secret = [UInt8](repeating: 7, count: suite.masterKeyLength + suite.masterSaltLength)
        let key = try SRTPKey(suite: suite, keyAndSalt: secret).need("a key")
        outbound = try SRTPTransform.make(key, direction: .outbound)
        inbound = try SRTPTransform.make(key, direction: .inbound)
        packet = PlainPacket(payload: length - RTPHeader.fixedLength)
    }

    func next() -> Int? {
        sequence &+= 1
        packet.room.set16(2, sequence)
        return outbound.protectRTP(packet.room, length: packet.length)
    }

    func protect(_ count: Int) { for _ in 0..<count { consume(next()) } }

    func store(_ count: Int) {
        stored.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            guard let length = next() else { continue }
            stored.append(contentsOf: packet.room.buffer[..<length])
            lengths.append(length)
        }
    }

    func unprotect() {
        stored.withMutableBytes { all in
            var offset = 0
            for length in lengths {
                if let one = all.slice(offset, length) { consume(inbound.unprotectRTP(one)) }
                offset += length
            }
        }
    }
}
