import Negotiation

/// Whose description a text is, by the marks that each has.
enum OriginGuess {
    /// Meta is lite or names its streams; plain RTP goes to PBXs only; what is left and secured is meant for Meta.
    static func origin(of text: String) -> SDPFinding.Origin {
        let lines = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }).map { Substring($0) }
        if lines.contains(where: { $0 == "a=ice-lite" || $0.contains("WhatsApp") }) { return .meta }
        let transports = lines.filter { $0.hasPrefix("m=audio ") }.compactMap { $0.split(separator: " ").dropFirst(2).first }
        return transports.contains { $0.contains("SAVP") } ? .ours : .pbx
    }
}
