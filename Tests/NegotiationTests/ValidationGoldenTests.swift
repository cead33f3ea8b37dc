import Foundation
import Negotiation
import SDP
import Testing

/// What the negotiation writes toward Meta, as the conversations of Tests/Fixtures/negotiation have it.
@Suite struct ValidationGoldenTests {
    @Test func whatWeWriteTowardMetaHasNothingAboveNote() throws {
        var checked = 0
        for name in Self.names {
            for exchange in try Self.exchanges(name) {
                checked += 1
                let findings = SDPValidator.check(
                    Self.filled(exchange.output), origin: .ours, isOffer: exchange.isOffer, counterpart: exchange.offer)
                // A PBX without events has none to give.
                let pbx = SDPValidator.check(Self.text(exchange.input), origin: .pbx, isOffer: exchange.isOffer)
                let isDeaf = pbx.contains { $0.rule == "no-dtmf" }
                let bad = findings.filter { $0.severity > .note && !(isDeaf && $0.rule == "dtmf-missing") }
                #expect(bad.isEmpty, "\(name): \(bad.map { "\($0.line) \($0.rule)" })")
            }
        }
        #expect(checked >= 9)
    }

    /// The PBXs and Metas of the same conversations are no broken ones either.
    @Test func whatOthersSayHasNoError() throws {
        for name in Self.names {
            for request in try GoldenFile(name).requests {
                let findings = SDPValidator.check(
                    Self.text(request.input), origin: Self.isMeta(request) ? .meta : .pbx, isOffer: request.command == "offer")
                let errors = findings.filter { $0.severity == .error }.map(\.rule)
                #expect(errors.isEmpty, "\(name): \(errors)")
            }
        }
    }

    private struct Exchange {
        var input: [String]
        var output: [String]
        var isOffer: Bool
        var offer: String?
    }

    private static var names: [String] { GoldenFile.names.filter { $0.contains("whatsapp") } }
    private static func isMeta(_ request: GoldenFile.Request) -> Bool {
        request.input.contains { $0 == "a=ice-lite" || $0.contains("WhatsApp") }
    }

    /// The PBX's requests of a conversation with Meta, each with what Meta gets of it and with Meta's offer.
    private static func exchanges(_ name: String) throws -> [Exchange] {
        let requests = try GoldenFile(name).requests
        return requests.enumerated().compactMap { index, request in
            guard !isMeta(request), !request.flags.contains(where: { $0.contains("local") }), request.output.count > 1 else { return nil }
            let isOffer = request.command == "offer"
            let offer = isOffer ? nil : requests[..<index].last { isMeta($0) && $0.command == "offer" }
            return Exchange(input: request.input, output: request.output, isOffer: isOffer, offer: offer.map { text($0.input) })
        }
    }

    private static func text(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

    /// The files have names in the place of what is drawn at random.
    private static func filled(_ lines: [String]) -> String {
        text(lines.map { line in
            var line = line.replacing("FINGERPRINT", with: (0..<32).map { _ in "A7" }.joined(separator: ":"))
            for number in 0..<20 {
                line = line.replacing("ICEUFRAG\(number)", with: "ufrag\(number)")
                    .replacing("ICEPWD\(number)", with: String(repeating: "p", count: 22) + "\(number)")
                    .replacing("SSRC\(number) ", with: "\(330_833_000 + number) ").replacing("CNAME\(number)", with: "cname\(number)")
            }
            guard line.hasPrefix("a=crypto:") else { return line }
            let words = line.split(separator: " ")
            let length = keyLengths.first { words[1].hasPrefix($0.key) }?.value ?? 30
            let parts = words[2].split(separator: "|", maxSplits: 1)
            let key = Data(repeating: UInt8(truncatingIfNeeded: line.utf8.count), count: length).base64EncodedString()
            return "\(words[0]) \(words[1]) inline:\(key)" + (parts.count > 1 ? "|\(parts[1])" : "")
        })
    }
    /// Key and salt [bytes].
    private static let keyLengths = ["AES_CM_128": 30, "AES_192": 38, "AES_256": 46, "AEAD_AES_128": 28, "AEAD_AES_256": 44]
}
