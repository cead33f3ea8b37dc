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
        /// Between the packets that carried this first and last duration.
        var firstDuration: UInt16
        var span = Nanoseconds.zero
        var began: MonotonicInstant
        /// Between the audio before the event and its first packet.
        var sinceAudio: Nanoseconds?
    }

    /// Another codec continues what is heard where it is.
    var format: Format {
        didSet { if format.codec != oldValue.codec { changeCodec() } }
    }
    let sampleRate: Int
    /// Whether packets of a second SSRC are dropped, as by a relay that writes its own over them.
    let hearsOneSSRC: Bool
    private var decoder: FrameDecoder?
    private(set) var samples: [Int16] = []
    private(set) var ssrcs: [UInt32] = []
    var reception: ReceptionStatistics
    /// Packets in the codecs before.
    private(set) var formerPackets: UInt64 = 0
    private(set) var events: [Event] = []
    /// Timestamps or numbers that went back, or numbers that were left out.
    private(set) var backwardTimestamps = 0
    private(set) var missingNumbers = 0
    private(set) var unknownPayloadTypes = 0
    private(set) var oddPacketTimes = 0
    private(set) var firstPacket: MonotonicInstant?
    private(set) var lastPacket: MonotonicInstant?
    private(set) var longestGap = Nanoseconds.zero
    private(set) var silentFrames = 0
    private var firstTimestamp: UInt32?
    /// Where in `samples` the first timestamp is.
    private var firstSample = 0
    private var lastAudioTimestamp: UInt32?
    private var lastAudio: MonotonicInstant?
    private var highest: Int64?
    private var unwrapper = SequenceUnwrapper()

    init(format: Format, sampleRate: Int, hearsOneSSRC: Bool = false) {
        self.format = format
        self.sampleRate = sampleRate
        self.hearsOneSSRC = hearsOneSSRC
        decoder = FrameDecoder(format.codec, sampleRate: sampleRate)
        reception = ReceptionStatistics(clockRate: format.codec.clockRate)
    }

    /// Those in the right clock; a wrong one makes no tone.
    var digits: [UInt8] { events.filter { clockFault(of: $0) == nil }.map(\.code) }

    private mutating func changeCodec() {
        decoder = FrameDecoder(format.codec, sampleRate: sampleRate)
        formerPackets += reception.packets
        reception = ReceptionStatistics(clockRate: format.codec.clockRate)
        firstTimestamp = nil
        firstSample = samples.count
        lastAudioTimestamp = nil
    }

    /// - Returns: whether the packet was for us.
    @discardableResult
    mutating func receive(_ packet: Bytes, at now: MonotonicInstant) -> Bool {
        guard let header = RTPHeader.parse(packet),
              let payload = packet.slice(header.headerLength, header.payloadLength) else { return false }
        if !ssrcs.contains(header.ssrc) { ssrcs.append(header.ssrc) }
        if hearsOneSSRC, ssrcs.first != header.ssrc { return false }
        firstPacket = firstPacket ?? now
        if let lastPacket { longestGap = max(longestGap, now - lastPacket) }
        lastPacket = now
        _ = reception.receive(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp, arrival: now, payloadLength: payload.count)
        let sequence = unwrapper.unwrap(header.sequenceNumber)
        let isNewest = highest.map { sequence > $0 } ?? true
        if let highest, sequence > highest { missingNumbers += Int(sequence - highest - 1) }
        if let highest, sequence < highest, missingNumbers > 0 { missingNumbers -= 1 }
        if isNewest { highest = sequence }
        if header.payloadType == format.payloadType {
            receiveAudio(payload, timestamp: header.timestamp, isNewest: isNewest, at: now)
        } else if header.payloadType == format.eventPayloadType {
            receiveEvent(payload, timestamp: header.timestamp, at: now)
        } else {
            unknownPayloadTypes += 1
        }
        return true
    }

    private mutating func receiveAudio(_ payload: Bytes, timestamp: UInt32, isNewest: Bool, at now: MonotonicInstant) {
        if isNewest, let last = lastAudioTimestamp, Int32(bitPattern: timestamp &- last) <= 0 { backwardTimestamps += 1 }
        if isNewest { (lastAudioTimestamp, lastAudio) = (timestamp, now) }
        let first = firstTimestamp ?? timestamp
        firstTimestamp = first
        guard let frame = decoder?.decode(payload) else { return }
        if frame.count != sampleRate / 50 { oddPacketTimes += 1 }
        if !frame.contains(where: { $0.magnitude > SpeechSender.soundThreshold }) { silentFrames += 1 }
        let offset = firstSample + Int(Int32(bitPattern: timestamp &- first)) * sampleRate / format.codec.clockRate
        guard offset >= 0, offset < sampleRate * 3600 else { return }
        if samples.count < offset + frame.count { samples += Array(repeating: 0, count: offset + frame.count - samples.count) }
        samples.replaceSubrange(offset..<offset + frame.count, with: frame)
    }

    private mutating func receiveEvent(_ payload: Bytes, timestamp: UInt32, at now: MonotonicInstant) {
        guard let event = TelephoneEvent.parse(payload) else { return }
        if var last = events.last, last.timestamp == timestamp, last.code == event.code {
            last.packets += 1
            if event.duration > last.duration { (last.duration, last.span) = (event.duration, now - last.began) }
            if event.isEnd { last.endPackets += 1 }
            events[events.count - 1] = last
        } else {
            var new = Event(
                code: event.code, timestamp: timestamp, duration: event.duration, audioTimestamp: lastAudioTimestamp,
                firstDuration: event.duration, began: now, sinceAudio: lastAudio.map { now - $0 })
            new.endPackets = event.isEnd ? 1 : 0
            events.append(new)
        }
    }
}
