import Testing
import Wire
@testable import SRTP

/// The bytes of a hexadecimal text; anything but digits is passed over.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A key that only depends on the suite and the seed.
func testKey(_ suite: SRTPSuite, seed: UInt64 = 1) throws -> SRTPKey {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<suite.masterKeyLength + suite.masterSaltLength).map { _ in UInt8.random(in: 0...255, using: &random) }
    return try #require(SRTPKey(suite: suite, keyAndSalt: bytes))
}

/// An RTP packet with a payload that follows from its number.
func rtpPacket(
    _ sequenceNumber: UInt16, ssrc: UInt32 = 0x1234_5678, payload: Int = 40, extensionWords: Int? = nil, csrcs: Int = 0
) -> [UInt8] {
    var packet: [UInt8] = [0x80 | (extensionWords == nil ? 0 : 0x10) | UInt8(csrcs), 111]
    packet += [UInt8(sequenceNumber >> 8), UInt8(truncatingIfNeeded: sequenceNumber), 0, 0, 3, 192]
    packet += (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) }
    packet += [UInt8](repeating: 0xc5, count: 4 * csrcs)
    if let extensionWords {
        packet += [0xbe, 0xde, UInt8(extensionWords >> 8), UInt8(extensionWords & 255)]
        packet += [UInt8](repeating: 0xee, count: 4 * extensionWords)
    }
    return packet + (0..<payload).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(sequenceNumber)) }
}

/// A receiver report without blocks and an SDES-like second part.
func rtcpPacket(ssrc: UInt32 = 0x1234_5678, body: Int = 20) -> [UInt8] {
    [0x80, 201, 0, 1] + (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) } + (0..<body).map { UInt8($0) }
}

/// Both kinds of packet through one test.
enum Kind: String, CaseIterable, Sendable {
    case rtp, rtcp

    func plain(_ number: UInt16, ssrc: UInt32 = 0x1234_5678) -> [UInt8] {
        self == .rtp ? rtpPacket(number, ssrc: ssrc) : rtcpPacket(ssrc: ssrc)
    }
}

extension SRTPTransform {
    /// The protected packet; `nil` if it was refused.
    func protect(_ kind: Kind = .rtp, _ plain: [UInt8]) -> [UInt8]? {
        var buffer = plain + [UInt8](repeating: 0xaa, count: Self.maximumTrailerLength)
        let length = buffer.withMutableBytes { buffer in
            kind == .rtp ? protectRTP(buffer, length: plain.count) : protectRTCP(buffer, length: plain.count)
        }
        return length.map { Array(buffer[..<$0]) }
    }

    /// The opened packet, or why not.
    func unprotect(_ kind: Kind = .rtp, _ packet: [UInt8]) -> Result<[UInt8], Refusal> {
        var buffer = packet
        let result = buffer.withMutableBytes { kind == .rtp ? unprotectRTP($0) : unprotectRTCP($0) }
        switch result {
        case .success(let length): return .success(Array(buffer[..<length]))
        case .failure(let failure): return .failure(Refusal(failure))
        }
    }
}

/// `SRTPTransform.Failure` as an error, so that `Result` can carry it.
struct Refusal: Error, Equatable {
    let failure: SRTPTransform.Failure
    init(_ failure: SRTPTransform.Failure) { self.failure = failure }
}

/// The two implementations of the transform.
enum Implementation: CaseIterable, Sendable {
    case chosen, reference

    func make(_ key: SRTPKey, _ direction: SRTPTransform.Direction) throws -> SRTPTransform {
        switch self {
        case .chosen: try SRTPTransform.make(key, direction: direction)
        case .reference: try SRTPTransform.makeReference(key, direction: direction)
        }
    }
}
