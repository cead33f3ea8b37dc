import Codecs
import RTP
import SRTP
import Wire

/// What is done to each packet between its coming and its going.
struct FloorWork {
    enum Kind: String, CaseIterable { case transcode, srtp, plain }

    /// Opus or SRTP on one side, G.711 without on the other; both sides G.711 without for `plain`.
    struct Packets {
        /// What arrives on the first socket of a call, and on its second, one for each 20 ms.
        var near: [[UInt8]]
        var far: [[UInt8]]
    }

    let kind: Kind
    private let inbound, outbound: SRTPTransform
    private let decoder: OpusDecoder
    private let encoder: OpusEncoder
    private let pcm = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 960)

    private static let suite = SRTPSuite.aesCM128HMACSHA1_80

    private static func transform(_ direction: SRTPTransform.Direction) throws -> SRTPTransform {
        let secret = [UInt8](repeating: 7, count: suite.masterKeyLength + suite.masterSaltLength)
        return try SRTPTransform.make(try SRTPKey(suite: suite, keyAndSalt: secret).need("a key"), direction: direction)
    }

    init(_ kind: Kind) throws {
        self.kind = kind
        inbound = try Self.transform(.inbound)
        outbound = try Self.transform(.outbound)
        decoder = try OpusDecoder(sampleRate: OpusSettings.decoderRate)
        encoder = try OpusEncoder(OpusSettings.encoder)
    }

    func free() { pcm.deallocate() }

    /// - Parameters:
    ///   - offset: where in the speech the call begins [frames].
    static func packets(_ kind: Kind, count: Int, speech: Speech, offset: Int) throws -> Packets {
        let encoder = try SpeechEncoder(OpusSettings.encoder, speech: speech, offset: offset)
        let transform = try transform(.outbound)
        let room = MutableBytes(.allocate(byteCount: 2048, alignment: 16), count: 2048)
        defer { room.base?.deallocate() }
        let frames = speech.frames(min(count, 400), offset: offset)
        var result = Packets(near: [], far: [])
        for index in 0..<count {
            let length = frames[index % frames.count].withUnsafeBufferPointer { samples -> Int in
                room.slice(RTPHeader.fixedLength, 1500).map { G711.encode(samples, law: .mu, into: $0) } ?? 0
            }
            writeHeader(room, index, payloadType: 0)
            let plain = room.bytes.slice(0, RTPHeader.fixedLength + length)?.array ?? []
            result.far.append(plain)
            if kind == .plain {
                result.near.append(plain)
                continue
            }
            if kind == .transcode, let opus = encoder.encode() { room.copy(opus, to: RTPHeader.fixedLength) }
            let clear = RTPHeader.fixedLength + (kind == .transcode ? encoder.length : length)
            let protected = transform.protectRTP(room, length: clear).flatMap { room.bytes.slice(0, $0)?.array }
            result.near.append(try protected.need("a protected packet"))
        }
        return result
    }

    private static func writeHeader(_ room: MutableBytes, _ index: Int, payloadType: UInt8) {
        let number = UInt16(truncatingIfNeeded: index &+ 1)
        let header = RTPHeader(
            payloadType: payloadType, marker: false, sequenceNumber: number, timestamp: UInt32(truncatingIfNeeded: index &* 160), ssrc: 9)
        _ = header.write(to: room)
    }

    /// Turns a packet into that of the other side, in place.
    /// - Parameter meter: is told after each step.
    /// - Returns: its new length, or `nil` if it is not what was sent.
    func convert(_ room: MutableBytes, length: Int, isNear: Bool, _ meter: FloorMeter) -> Int? {
        switch (kind, isNear) {
        case (.plain, _): return length
        case (.srtp, true), (.transcode, true):
            guard let packet = room.slice(0, length), case .success(let clear) = inbound.unprotectRTP(packet) else { return nil }
            meter.note(.unprotect)
            guard kind == .transcode else { return clear }
            guard let payload = room.bytes.slice(RTPHeader.fixedLength, clear - RTPHeader.fixedLength),
                  let count = decoder.decode(payload, into: pcm), let body = room.slice(RTPHeader.fixedLength, 1500) else { return nil }
            meter.note(.decode)
            return RTPHeader.fixedLength + G711.encode(UnsafeBufferPointer(rebasing: pcm[..<count]), law: .mu, into: body)
        case (.srtp, false), (.transcode, false):
            var clear = length
            if kind == .transcode {
                guard let payload = room.bytes.slice(RTPHeader.fixedLength, length - RTPHeader.fixedLength),
                      let body = room.slice(RTPHeader.fixedLength, 1500) else { return nil }
                let count = G711.decode(payload, law: .mu, into: pcm)
                guard let size = encoder.encode(UnsafeBufferPointer(rebasing: pcm[..<count]), into: body) else { return nil }
                meter.note(.encode)
                clear = RTPHeader.fixedLength + size
            }
            let protected = outbound.protectRTP(room, length: clear)
            meter.note(.protect)
            return protected
        }
    }
}

/// Adds up what each step takes; off, it reads no clock.
final class FloorMeter {
    enum Step: String, CaseIterable {
        case receive = "udp_receive_us", send = "udp_send_us", protect = "srtp_protect_us", unprotect = "srtp_unprotect_us"
        case encode = "opus_encode_us", decode = "opus_decode_us"
    }

    private let isOn: Bool
    private var last: Int64 = 0
    private var sums = [Int64](repeating: 0, count: Step.allCases.count)
    private var counts = [Int64](repeating: 0, count: Step.allCases.count)

    init(isOn: Bool) { self.isOn = isOn }

    /// What went before belongs to no step.
    func begin() { if isOn { last = ThreadClock.now } }

    /// What went before belongs to `step`.
    func note(_ step: Step, times: Int64 = 1) {
        guard isOn else { return }
        let now = ThreadClock.now
        let index = Step.allCases.firstIndex(of: step) ?? 0
        sums[index] += now - last - ThreadClock.cost
        counts[index] += times
        last = now
    }

    var parts: [String: Double] {
        var result: [String: Double] = [:]
        for (index, step) in Step.allCases.enumerated() where counts[index] > 0 {
            result[step.rawValue] = Double(sums[index]) / Double(counts[index]) / 1000
        }
        return result
    }
}
