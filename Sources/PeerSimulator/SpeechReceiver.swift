import Codecs
import RTP
import Wire

/// The receiving half of a peer: it writes what it hears on a timeline by the RTP timestamps, and keeps account of
/// the stream: SSRCs, missing numbers, jitter, digits, and packets that no peer should be sent.
struct SpeechReceiver {
    struct Format {
        var payloadType: UInt8
        var codec: SimulatedCodec
        var eventPayloadType: UInt8?
        var eventClockRate = 8000
    }

    struct Event: Equatable {
        var code: UInt8
        var timestamp: UInt32
        /// In units of the event's clock.
        var duration: UInt16
        var packets = 1
        var endPackets = 0
        /// The audio timestamp before the event.
        var audioTimestamp: UInt32?
    }

    var format: Format
    let sampleRate: Int
    private let decoder: FrameDecoder?
    private(set) var samples: [Int16] = []
    private(set) var ssrcs: [UInt32] = []
    var reception: ReceptionStatistics
    private(set) var events: [Event] = []
    /// Timestamps or numbers that went back, or numbers that were left out.
    private(set) var backwardTimestamps = 0
    private(set) var missingNumbers = 0
    private(set) var unknownPayloadTypes = 0
    private(set) var oddPacketTimes = 0
    private(set) var firstPacket: MonotonicInstant?
    private(set) var lastPacket: MonotonicInstant?
    private var firstTimestamp: UInt32?
    private var lastAudioTimestamp: UInt32?
    private var highest: Int64?
    private var unwrapper = SequenceUnwrapper()
    private var quietest = 0

    init(format: Format, sampleRate: Int) {
        self.format = format
        self.sampleRate = sampleRate
        decoder = FrameDecoder(format.codec, sampleRate: sampleRate)
        reception = ReceptionStatistics(clockRate: format.codec.clockRate)
    }

    var digits: [UInt8] { events.map(\.code) }

    mutating func receive(_ packet: Bytes, at now: MonotonicInstant) {
        guard let header = RTPHeader.parse(packet), let payload = packet.slice(header.headerLength, header.payloadLength) else { return }
        firstPacket = firstPacket ?? now
        lastPacket = now
        if !ssrcs.contains(header.ssrc) { ssrcs.append(header.ssrc) }
        _ = reception.receive(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, arrival: now, payloadLength: payload.count)
        let sequence = unwrapper.unwrap(header.sequenceNumber)
        let isNewest = highest.map { sequence > $0 } ?? true
        if let highest, sequence > highest { missingNumbers += Int(sequence - highest - 1) }
        if let highest, sequence < highest, missingNumbers > 0 { missingNumbers -= 1 }
        if isNewest { highest = sequence }
        if header.payloadType == format.payloadType {
            receiveAudio(payload, timestamp: header.timestamp, isNewest: isNewest)
        } else if header.payloadType == format.eventPayloadType {
            receiveEvent(payload, timestamp: header.timestamp)
        } else {
            unknownPayloadTypes += 1
        }
    }

    private mutating func receiveAudio(_ payload: Bytes, timestamp: UInt32, isNewest: Bool) {
        if isNewest, let last = lastAudioTimestamp, Int32(bitPattern: timestamp &- last) <= 0 { backwardTimestamps += 1 }
        if isNewest { lastAudioTimestamp = timestamp }
        let first = firstTimestamp ?? timestamp
        firstTimestamp = first
        guard let frame = decoder?.decode(payload) else { return }
        if frame.count != sampleRate / 50 { oddPacketTimes += 1 }
        let offset = Int(Int32(bitPattern: timestamp &- first)) * sampleRate / format.codec.clockRate
        guard offset >= 0, offset < sampleRate * 3600 else { return }
        if samples.count < offset + frame.count { samples += Array(repeating: 0, count: offset + frame.count - samples.count) }
        samples.replaceSubrange(offset..<offset + frame.count, with: frame)
    }

    private mutating func receiveEvent(_ payload: Bytes, timestamp: UInt32) {
        guard let event = TelephoneEvent.parse(payload) else { return }
        if var last = events.last, last.timestamp == timestamp, last.code == event.code {
            last.packets += 1
            last.duration = max(last.duration, event.duration)
            if event.isEnd { last.endPackets += 1 }
            events[events.count - 1] = last
        } else {
            var new = Event(code: event.code, timestamp: timestamp, duration: event.duration, audioTimestamp: lastAudioTimestamp)
            new.endPackets = event.isEnd ? 1 : 0
            events.append(new)
        }
    }
}
