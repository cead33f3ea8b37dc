/// What an event tells; the raw value is its name in JSON.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
    case iceConnected = "ice-connected"
    case mediaReady = "media-ready"
    case firstPacketIn = "first-packet-in"
    case firstPacketOut = "first-packet-out"
    case dtmf
    case silence
    case qualityLow = "quality-low"
    case timeout
    case ended
}
