@testable import ControlPlane
import Logging
import MediaCore
import NIOCore
import Wire

/// Events as a call makes them, one of each kind: what `proto/whatsapp.md` shows.
enum EventSamples {
    static let pbx = EventParty(tag: "as7d9c1", label: "agent", viaBranch: "z9hG4bK-7f3a")
    static let meta = EventParty(tag: "wa-41")

    static func record(_ content: EventContent, of party: EventParty?, after milliseconds: Int64 = 0) -> CallEventRecord {
        CallEventRecord(
            id: 1_781_270_400_000_000 + UInt64(milliseconds), time: 1_781_270_400_000 + milliseconds, callID: "wacid.HBgL", party: party,
            metadata: "tenant=7", content: content)
    }

    static let all = [
        record(.iceConnected, of: meta, after: 118),
        record(.mediaReady, of: meta, after: 164),
        record(.firstPacketIn, of: pbx, after: 171),
        record(.firstPacketOut, of: meta, after: 165),
        record(.dtmf(code: 11, duration: 120, volume: 10), of: meta, after: 8_040),
        record(.silence(isOver: false), of: pbx, after: 12_000),
        record(.qualityLow(mos: 2.914), of: meta, after: 15_000),
        record(.timeout(.media), of: nil, after: 75_000),
        record(.ended(verdict), of: nil, after: 75_001),
    ]

    static var verdict: CallVerdict {
        CallVerdict(statistics, .init(
            reason: .mediaTimeout, duration: .milliseconds(75_001),
            parties: [.init(party: meta, isMeta: true), .init(party: pbx, isMeta: false)], answered: instant(40), ended: instant(75_000)))
    }

    static func instant(_ milliseconds: Int) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 5_000_000_000) + .milliseconds(milliseconds)
    }

    private static var statistics: CallStatistics {
        var statistics = CallStatistics()
        statistics.media = [metaMedia, pbxMedia]
        return statistics
    }

    private static var metaMedia: MediaStatistics {
        var media = MediaStatistics()
        media.setup.planned = instant(0)
        media.setup.iceConnected = instant(118)
        media.setup.dtlsConnected = instant(163)
        media.setup.mediaReady = instant(164)
        media.setup.firstPacketReceived = instant(190)
        media.setup.firstPacketSent = instant(165)
        media.rtpIn.packets = 720
        media.rtpOut.packets = 738
        media.rtcpOut.packets = 15
        media.sentSSRC = 2_882_400_001
        media.longestBacklogDelay = .milliseconds(120)
        media.presencePackets = 34
        var stream = SSRCStatistics()
        stream.ssrc = 4_208_138_518
        stream.cumulativeLoss = 6
        stream.jitter = 4.256
        stream.samples = 3
        stream.average = QualitySample(mos: 3.871, roundTrip: 48_250, jitter: 4, packetLoss: 1, at: instant(15_000))
        stream.lowest = QualitySample(mos: 2.914, roundTrip: 48_250, jitter: 9, packetLoss: 4, at: instant(15_000))
        media.received = [stream]
        return media
    }

    private static var pbxMedia: MediaStatistics {
        var media = MediaStatistics()
        media.setup.planned = instant(2)
        media.setup.mediaReady = instant(40)
        media.setup.firstPacketReceived = instant(171)
        media.setup.firstPacketSent = instant(192)
        media.rtpIn.packets = 704
        media.rtpOut.packets = 714
        media.sentSSRC = 305_419_896
        var stream = SSRCStatistics()
        stream.ssrc = 19_088_743
        stream.jitter = 0.5
        media.received = [stream]
        return media
    }

    static func message(_ id: UInt64, call: String = "call", text: String? = nil) -> EventMessage {
        EventMessage(id: id, kind: .dtmf, callID: call, body: ByteBuffer(string: text ?? "{\"event-id\":\(id)}"))
    }
}
