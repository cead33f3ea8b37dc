@testable import MediaCore
import Wire

/// A `PlainCall` with what its recording puts out.
final class RecordedCall {
    struct Packet {
        var bytes: [UInt8]
        var source: TransportAddress
        var destination: TransportAddress
        /// Unix time [ns].
        var time: Int64
    }

    let call: PlainCall
    /// Samples of each channel.
    private(set) var channels: [[Int16]] = [[], []]
    private(set) var packets: [Packet] = []
    private(set) var recordings: Set<UInt64> = []
    let sampleRate: Int

    init(
        _ codecs: [PayloadPlan] = [PlainCall.pcmu, PlainCall.pcmu], sampleRate: Int = 8000, packets: RecordedPackets = [],
        edit: (inout CallPlan) -> Void = { _ in }
    ) {
        self.sampleRate = sampleRate
        call = PlainCall(codecs) { plan in
            plan.recording = RecordingPlan(id: 7, packets: packets, sampleRate: sampleRate)
            edit(&plan)
        }
        call.output.recordings = RecordingBlock()
    }

    /// The time since the recording began, by the left channel [ms].
    var milliseconds: Int { channels[0].count * 1000 / sampleRate }

    func collect() {
        call.output.recordings?.forEach { id, entry in
            recordings.insert(id)
            switch entry {
            case .packet(let bytes, let source, let destination, let time):
                packets.append(Packet(bytes: bytes.array, source: source, destination: destination, time: time))
            case .audio(let samples):
                for (index, sample) in samples.enumerated() { channels[index % 2].append(sample) }
            case .silence(let count):
                for channel in 0..<2 { channels[channel] += repeatElement(0, count: count) }
            }
        }
        call.output.recordings?.removeAll()
    }

    func run(milliseconds: Int) {
        for _ in 0..<milliseconds / 20 {
            call.run(milliseconds: 20)
            collect()
        }
    }

    /// The plan without its recording: what is left is put out.
    func stop() {
        call.apply { $0.recording = nil }
        collect()
    }

    /// The loudest sample of a channel in a span [ms].
    func peak(_ channel: Int, _ span: Range<Int>) -> Int {
        let samples = channels[channel]
        let range = (span.lowerBound * sampleRate / 1000..<span.upperBound * sampleRate / 1000).clamped(to: 0..<samples.count)
        return samples[range].map { abs(Int($0)) }.max() ?? 0
    }

    /// The 10 ms in which a channel is louder than a twentieth of the most, one after the other joined [ms].
    func loudSpans(_ channel: Int) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        for start in stride(from: 0, to: milliseconds, by: 10) where peak(channel, start..<start + 10) > 1600 {
            if let last = spans.last, last.upperBound == start {
                spans[spans.count - 1] = last.lowerBound..<start + 10
            } else {
                spans.append(start..<start + 10)
            }
        }
        return spans
    }
}
