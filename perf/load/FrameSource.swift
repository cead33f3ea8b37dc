import Wire

/// Encoded speech, frame by frame of 20 ms, with the speech itself at 8 kHz; made once, sent by every call.
final class FrameSource {
    /// Never freed: it lives as long as the process.
    private let bytes: UnsafeMutableRawPointer
    private let places: [(offset: Int32, length: Int32)]
    /// 8 kHz, `count` * 160 samples: the reference of the recordings.
    let speech: [Int16]
    let payloadType: UInt8

    var count: Int { places.count }

    init(frames: [[UInt8]], speech: [Int16], payloadType: UInt8) {
        let total = frames.reduce(0) { $0 + $1.count }
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(1, total), alignment: 16)
        var offset = 0
        var places: [(Int32, Int32)] = []
        for frame in frames {
            frame.withUnsafeBytes { if let from = $0.baseAddress { (bytes + offset).copyMemory(from: from, byteCount: $0.count) } }
            places.append((Int32(offset), Int32(frame.count)))
            offset += frame.count
        }
        self.bytes = bytes
        self.places = places
        self.speech = speech
        self.payloadType = payloadType
    }

    @inline(__always) func frame(_ index: Int) -> Bytes {
        let place = places[index]
        return Bytes(bytes + Int(place.offset), count: Int(place.length))
    }
}
