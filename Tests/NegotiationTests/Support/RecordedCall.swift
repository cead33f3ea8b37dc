import Foundation
import NGProtocol
import SDP
import Testing
import Wire

/// An offer and its answer as a real SIP proxy sent them to rtpengine, with rtpengine's replies (Tests/Fixtures/ng).
struct RecordedCall: CustomTestStringConvertible {
    var name: String
    var offer: NGDictionary
    var answer: NGDictionary
    /// rtpengine's descriptions.
    var offered: SessionDescription
    var answered: SessionDescription

    var testDescription: String { name }

    static let all: [RecordedCall] = {
        let folder = GoldenFile.folder.deletingLastPathComponent().appendingPathComponent("ng")
        let calls = ["kamailio-5.6", "kamailio-6.1"].flatMap { proxy in
            ["bare", "manage", "misc", "to-wa", "wa-avp", "wa-savp"].map { "\(proxy)/\($0)" }
        }
        return calls.compactMap { RecordedCall($0, in: folder) }
    }()

    private init?(_ name: String, in folder: URL) {
        func message(_ file: String) -> NGDictionary? {
            guard let data = try? Data(contentsOf: folder.appendingPathComponent("\(name)-\(file)")) else { return nil }
            return Array(data).withBytes { bytes in NGEnvelope(bytes).flatMap { try? $0.decodeBencode() } }
        }
        func description(_ file: String) -> SessionDescription? {
            guard case .string(let text)? = message(file)?["sdp"] else { return nil }
            return try? SessionDescription(parsing: text)
        }
        guard let offer = message("01-offer.ng"), let answer = message("02-answer.ng"),
              let offered = description("01-offer.reply"), let answered = description("02-answer.reply") else { return nil }
        self.name = name
        self.offer = offer
        self.answer = answer
        self.offered = offered
        self.answered = answered
    }
}
