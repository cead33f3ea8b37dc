import Codecs

/// The files of one direction of one call.
struct RecordedCall {
    let call: Int
    let direction: String
    let reference: String
    let recorded: String
    /// From the sending of the reference's first frame to the arrival of the recording's first [ms].
    let offset: Double

    /// Writes what the recorders of all calls have kept.
    static func write(_ world: LoadWorld, to directory: String) throws(LoadError) -> [RecordedCall] {
        var result: [RecordedCall] = []
        for call in world.calls.compactMap({ $0 }) {
            for leg in call.legs {
                let other = call.leg(leg.side.other)
                guard let heard = leg.recorder, let sent = other.recorder else { continue }
                let direction = leg.side == .pbx ? "to-pbx" : "to-meta"
                let name = "\(directory)/call-\(call.number)-\(direction)"
                let files = [("\(name)-reference.wav", sent.reference(from: other.source)), ("\(name)-recorded.wav", heard.heard())]
                for (path, samples) in files {
                    guard ProcessMeter.write(WAVFile(samples: samples, sampleRate: 8000).encoded, to: path) else {
                        throw .system("write \(path)", errno: 0)
                    }
                }
                let offset = Double((heard.heardFrom ?? 0) - (sent.sentFrom ?? 0)) / 1e6
                result.append(RecordedCall(
                    call: call.number, direction: direction, reference: files[0].0, recorded: files[1].0, offset: offset))
            }
        }
        return result
    }
}
