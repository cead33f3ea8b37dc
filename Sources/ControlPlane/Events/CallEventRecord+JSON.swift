import Foundation

/// A key that is written as it stands.
struct EventKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension CallEventRecord: Encodable {
    /// One object on one line, its keys in alphabetical order.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: EventKey.self)
        try object.encode(kind.rawValue, forKey: "event")
        try object.encode(id, forKey: "event-id")
        try object.encode(time, forKey: "time-ms")
        try object.encode(callID, forKey: "call-id")
        try object.encodeIfPresent(metadata, forKey: "metadata")
        try party?.encode(into: &object)
        try content.encode(into: &object)
    }
}

extension EventParty {
    func encode(into object: inout KeyedEncodingContainer<EventKey>) throws {
        try object.encodeIfPresent(tag, forKey: "tag")
        try object.encodeIfPresent(label, forKey: "label")
        try object.encodeIfPresent(viaBranch, forKey: "via-branch")
    }
}

extension EventContent {
    fileprivate func encode(into object: inout KeyedEncodingContainer<EventKey>) throws {
        switch self {
        case .iceConnected, .mediaReady, .firstPacketIn, .firstPacketOut: break
        case .dtmf(let code, let duration, let volume):
            try object.encodeIfPresent(Self.key(code), forKey: "digit")
            try object.encode(code, forKey: "code")
            try object.encode(duration, forKey: "duration-ms")
            try object.encode(-volume, forKey: "volume-dbm0")
        case .silence(let isOver): try object.encode(isOver ? "over" : "began", forKey: "state")
        case .qualityLow(let mos): try object.encodeIfPresent(mos.hundredths, forKey: "mos")
        case .timeout(let timeout): try object.encode(timeout.rawValue, forKey: "timeout")
        case .ended(let verdict): try object.encode(verdict, forKey: "verdict")
        }
    }

    /// The key of an event code (RFC 4733 section 3.2); `nil` for what no keypad has.
    private static func key(_ code: UInt8) -> String? {
        let keys = Array("0123456789*#ABCD")
        return keys.indices.contains(Int(code)) ? String(keys[Int(code)]) : nil
    }
}

extension Double {
    /// Rounded to two decimals; `nil` for what JSON has no number for.
    var hundredths: Double? { isFinite ? (self * 100).rounded() / 100 : nil }
}
