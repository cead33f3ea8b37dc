import Codecs
import Glibc
import RTP
import Wire

/// Keeps what one leg heard in the window, and which frames it sent, for two WAVE files of 8 kHz.
final class Recorder {
    /// PESQ wants no more [s].
    static let longest = 12

    private struct Packet {
        let timestamp: UInt32
        let payload: [UInt8]
    }

    private let codec: AudioCodec
    private var packets: [Packet] = []
    private var sentFrames: [Int] = []
    private var isRunning = false
    /// When the first kept packet came, and when the first kept frame was due [ns].
    private(set) var heardFrom: Int64?
    private(set) var sentFrom: Int64?

    init(codec: AudioCodec) { self.codec = codec }

    func start() { isRunning = true }
    func stop() { isRunning = false }

    func noteSent(frame: Int) {
        guard isRunning, sentFrames.count < Self.longest * 50 else { return }
        if sentFrames.isEmpty { sentFrom = SystemClock.now }
        sentFrames.append(frame)
    }

    func noteHeard(_ payload: Bytes, timestamp: UInt32, at arrival: Int64) {
        guard isRunning, packets.count < Self.longest * 50 else { return }
        if heardFrom == nil { heardFrom = arrival }
        packets.append(Packet(timestamp: timestamp, payload: payload.array))
    }

    /// The speech that was sent, of 8 kHz.
    func reference(from source: FrameSource) -> [Int16] {
        sentFrames.flatMap { source.speech[$0 * 160..<($0 + 1) * 160] }
    }

    /// What was heard, each packet at the place of its timestamp; what is missing is concealed (Opus) or silent.
    func heard() -> [Int16] {
        guard let first = packets.first else { return [] }
        let clockPerSample = codec == .opus ? 6 : 1
        let sorted = packets.map { (place: Int(Int32(bitPattern: $0.timestamp &- first.timestamp)) / clockPerSample, payload: $0.payload) }
            .filter { (0..<(Self.longest + 4) * 8000).contains($0.place) }
            .sorted { $0.place < $1.place }
        let decoder = codec == .opus ? try? OpusDecoder(sampleRate: 8000) : nil
        var samples: [Int16] = []
        var room = [Int16](repeating: 0, count: 960)
        for packet in sorted {
            while samples.count + 160 <= packet.place {
                let made = room.withUnsafeMutableBufferPointer { decoder?.conceal(frameSamples: 160, into: $0) } ?? 0
                samples += made == 160 ? Array(room[..<160]) : Array(repeating: 0, count: 160)
            }
            let count = packet.payload.withBytes { bytes in
                room.withUnsafeMutableBufferPointer { pcm in
                    codec == .opus ? decoder?.decode(bytes, into: pcm) ?? 0 : G711.decode(bytes, law: .mu, into: pcm)
                }
            }
            samples += room[..<count]
        }
        return samples
    }
}
