import ArgumentParser

/// The least CPU that the machine needs for the frames of a call: libopus with our settings, the SRTP transform on libcrypto, and bare
/// sockets. What a relay takes beyond it is its own.
struct FloorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "floor", abstract: "The least CPU that the same frames need.")

    @Flag(help: "JSON instead of lines.") var json = false
    @Option(help: "How long each of the six runs takes [s].") var seconds = 5.0
    @Option(help: "Calls at the same time, two sockets each.") var calls = 20
    @Option(help: "The processor that the measured thread keeps to.") var cpu: Int?
    @Option(parsing: .upToNextOption, help: "WAVE files with speech; without any a synthetic voice.") var speech: [String] = []

    func validate() throws {
        guard (1...2000).contains(calls), seconds > 0 else { throw ValidationError("calls are 1 to 2000, seconds more than 0") }
    }

    func run() throws {
        let voice = speech.isEmpty ? Speech.synthetic : try Speech(files: speech)
        var report: [String: FloorProfile] = [:]
        for kind in FloorWork.Kind.allCases {
            report[kind.rawValue] = try FloorRun(kind, calls: calls, seconds: seconds, speech: voice, cpu: cpu).profile()
        }
        if json { return print(try JSONText.of(report)) }
        for kind in FloorWork.Kind.allCases {
            guard let profile = report[kind.rawValue] else { continue }
            let parts = profile.parts.sorted { $0.key < $1.key }.map { "\($0.key) \(JSONText.short($0.value))" }.joined(separator: ", ")
            print("\(kind.rawValue): \(JSONText.short(profile.microsecondsPerPacket)) us a packet (\(profile.packets) packets; \(parts))")
        }
    }
}

/// What one kind of call needs per packet received, as the mean of its two directions.
struct FloorProfile: Encodable {
    /// CPU time of the thread [us].
    var microsecondsPerPacket: Double
    /// Each step by itself, per time that it is done [us]; waiting for packets counts as receiving.
    var parts: [String: Double]
    var packets: Int

    enum CodingKeys: String, CodingKey {
        case microsecondsPerPacket = "us_per_packet", parts, packets
    }
}
