public import MediaCore

/// Where and how calls are recorded.
public struct RecordingConfiguration: Sendable, Equatable {
    /// `--recording-dir`.
    public var directory: String
    public var method = Method.pcap
    public var format = Format.raw
    /// `--record-egress`, `--record-both`: which packets a pcap file has.
    public var packets = RecordedPackets.received

    public init(directory: String) { self.directory = directory }

    /// `--recording-method`.
    public enum Method: String, Sendable, CaseIterable {
        /// The packets that came in.
        case pcap
        /// The audio as a WAV file; rtpengine's name is for its kernel module and recorder, which do that.
        case proc
        /// Both.
        case all
    }

    /// `--recording-format`: what a packet in a pcap file begins with.
    public enum Format: String, Sendable, CaseIterable {
        /// The IP header.
        case raw
        /// An Ethernet header.
        case ethernet = "eth"
    }
}
