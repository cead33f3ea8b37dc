import Glibc
import Wire
@testable import SRTP

/// One suite's senders and receivers, ours and libsrtp2's, and the network between them.
final class OracleRun {
    /// What went different, and where; the run ends with the first.
    private(set) var mismatch: String?
    private(set) var successes = 0
    private(set) var failures: [SRTPTransform.Failure: Int] = [:]
    private(set) var refusedBySender = 0
    /// The true index, as the sender's side counts it, of the newest packet opened of each source.
    private(set) var highestOpened: [UInt32: UInt64] = [:]
    let receiver: SRTPTransform

    var highestRollOver: UInt64 { (highestOpened.values.max() ?? 0) >> 16 }

    private struct Packet {
        var bytes: UnsafeMutableRawPointer
        var length = 0
        var ssrc: UInt32 = 0
        /// 48 bits, or `nil` for RTCP.
        var index: UInt64?
    }

    private static let room = 1_600
    /// Sent packets that can still be delivered, late or again.
    private static let historyLength = 256

    private let sender: SRTPTransform
    private let referenceSender: SRTPTransform
    private let referenceReceiver: SRTPTransform
    private var random: SplitMix64
    private var indices: [UInt32: UInt64] = [:]
    private var history: [Packet]
    private var sent = 0
    private let scratch = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    private let referenceScratch = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    private let noise = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)

    init(_ suite: SRTPSuite, seed: UInt64) throws {
        let key = try testKey(suite, seed: seed)
        sender = try SRTPTransform.make(key, direction: .outbound)
        receiver = try SRTPTransform.make(key, direction: .inbound)
        referenceSender = try SRTPTransform.makeReference(key, direction: .outbound)
        referenceReceiver = try SRTPTransform.makeReference(key, direction: .inbound)
        random = SplitMix64(seed: seed)
        history = (0..<Self.historyLength).map { _ in Packet(bytes: .allocate(byteCount: Self.room, alignment: 16)) }
        for offset in 0..<Self.room {
            noise.storeBytes(of: UInt8.random(in: 0...255, using: &random), toByteOffset: offset, as: UInt8.self)
        }
        for _ in 0..<8 { indices[UInt32.random(in: .min ... .max, using: &random)] = UInt64.random(in: 0...32_767, using: &random) }
    }

    deinit {
        for packet in history { packet.bytes.deallocate() }
        scratch.deallocate()
        referenceScratch.deallocate()
        noise.deallocate()
    }

    /// Sends one packet, and lets the network deliver none, one or several.
    func step() {
        let ssrc = indices.keys.sorted()[Int.random(in: 0..<indices.count, using: &random)]
        if Int.random(in: 0..<8, using: &random) == 0 { sendRTCP(ssrc) } else { sendRTP(ssrc) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: break
        case 5..<12: deliver(back: 0); deliver(back: Int.random(in: 0..<20, using: &random))
        case 12..<18: deliver(back: 0); deliver(back: Int.random(in: 0..<Self.historyLength, using: &random))
        case 18..<24: deliver(back: 0, changed: true)
        case 24..<30: deliver(back: Int.random(in: 0..<8, using: &random))
        default: deliver(back: 0)
        }
    }

    private func sendRTP(_ ssrc: UInt32) {
        var index = indices[ssrc, default: 0]
        switch Int.random(in: 0..<400, using: &random) {
        case 0: index += UInt64.random(in: 1...32_000, using: &random)
        case 1...4: index -= min(index, UInt64.random(in: 0...200, using: &random))
        case 5...8: index += UInt64.random(in: 1...100, using: &random)
        default: index += 1
        }
        let payload = Int.random(in: 0...(Int.random(in: 0..<50, using: &random) == 0 ? 1_400 : 180), using: &random)
        let hasExtension = Int.random(in: 0..<4, using: &random) == 0
        let csrcs = Int.random(in: 0..<20, using: &random) == 0 ? Int.random(in: 1...15, using: &random) : 0
        let headerLength = 12 + 4 * csrcs + (hasExtension ? 12 : 0)
        fillWithNoise(headerLength + payload)
        let packet = MutableBytes(scratch, count: Self.room)
        packet.set8(0, 0x80 | (hasExtension ? 0x10 : 0) | UInt8(csrcs))
        packet.set16(2, UInt16(truncatingIfNeeded: index))
        packet.set32(8, ssrc)
        if hasExtension { packet.set32(12 + 4 * csrcs, 0xbede_0002) }
        if send(headerLength + payload, ssrc, index) { indices[ssrc] = max(index, indices[ssrc, default: 0]) }
    }

    private func sendRTCP(_ ssrc: UInt32) {
        let length = 8 + 4 * Int.random(in: 0...60, using: &random)
        fillWithNoise(length)
        let packet = MutableBytes(scratch, count: Self.room)
        packet.set16(0, 0x81c9)
        packet.set32(4, ssrc)
        _ = send(length, ssrc, nil)
    }

    private func fillWithNoise(_ length: Int) {
        scratch.copyMemory(from: noise + Int.random(in: 0..<64, using: &random), byteCount: min(length, Self.room - 64))
    }

    /// Protects the packet in the scratch memory both ways and keeps it; `false` if it was refused.
    private func send(_ length: Int, _ ssrc: UInt32, _ index: UInt64?) -> Bool {
        referenceScratch.copyMemory(from: scratch, byteCount: length)
        let ours = MutableBytes(scratch, count: Self.room), theirs = MutableBytes(referenceScratch, count: Self.room)
        let result = index == nil ? sender.protectRTCP(ours, length: length) : sender.protectRTP(ours, length: length)
        let expected = index == nil
            ? referenceSender.protectRTCP(theirs, length: length) : referenceSender.protectRTP(theirs, length: length)
        guard result == expected, result.map({ memcmp(scratch, referenceScratch, $0) == 0 }) ?? true else {
            mismatch = "protecting packet \(sent), index \(index ?? 0): \(String(describing: result)) for \(String(describing: expected))"
            return false
        }
        guard let result else {
            refusedBySender += 1
            return false
        }
        let slot = sent % Self.historyLength
        history[slot].bytes.copyMemory(from: scratch, byteCount: result)
        history[slot].length = result
        history[slot].ssrc = ssrc
        history[slot].index = index
        sent += 1
        return true
    }

    /// Delivers the packet sent `back` packets before the last one to both receivers.
    private func deliver(back: Int, changed: Bool = false) {
        guard sent > back else { return }
        let packet = history[(sent - 1 - back) % Self.historyLength]
        scratch.copyMemory(from: packet.bytes, byteCount: packet.length)
        if changed {
            // From the SSRC on: what stands in front changes the structure, which the two may judge in another order.
            let offset = Int.random(in: (packet.index == nil ? 4 : 8)..<packet.length, using: &random)
            let byte = scratch.load(fromByteOffset: offset, as: UInt8.self)
            scratch.storeBytes(of: byte ^ UInt8.random(in: 1...255, using: &random), toByteOffset: offset, as: UInt8.self)
        }
        referenceScratch.copyMemory(from: scratch, byteCount: packet.length)
        let ours = MutableBytes(scratch, count: packet.length), theirs = MutableBytes(referenceScratch, count: packet.length)
        let result = packet.index == nil ? receiver.unprotectRTCP(ours) : receiver.unprotectRTP(ours)
        let expected = packet.index == nil ? referenceReceiver.unprotectRTCP(theirs) : referenceReceiver.unprotectRTP(theirs)
        guard result == expected else {
            mismatch = "opening packet \(sent - 1 - back), index \(packet.index ?? 0), changed \(changed): \(result) for \(expected)"
            return
        }
        switch result {
        case .failure(let failure): failures[failure, default: 0] += 1
        case .success(let length):
            successes += 1
            if memcmp(scratch, referenceScratch, length) != 0 { mismatch = "opened bytes of packet \(sent - 1 - back)" }
            if let index = packet.index { highestOpened[packet.ssrc] = max(index, highestOpened[packet.ssrc, default: 0]) }
        }
    }
}
