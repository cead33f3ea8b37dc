@testable import ControlPlane
import Logging
import MediaIO
import NGProtocol
import SRTP
import Wire

/// The registry with its real engine and without sockets for ng: what a test wants to look into.
struct TestRegistry {
    let environment: CallEnvironment
    let registry: CallRegistry

    init(ports: ClosedRange<UInt16>, engineRuns: Bool = true, logger: Logger = .silent) async throws {
        var configuration = ControlPlaneConfiguration(engine: EngineConfiguration(threads: 1))
        configuration.interfaces = [InterfaceAddress(local: IPAddress(v4: 0x7f00_0001))]
        configuration.portRange = ports
        let engine = MediaEngine(configuration.engine) { _, _ in }
        try engine.start()
        if !engineRuns { engine.shutdown() }
        environment = CallEnvironment(
            configuration: configuration, engine: engine, interfaces: InterfaceTable(configuration.interfaces, portRange: ports),
            certificate: try DTLSCertificate.generate(), recordings: RecordingLibrary(), events: .silent(logger), logger: logger)
        registry = await CallRegistry(environment)
    }

    /// Leased ports of all interfaces.
    var usedPorts: Int { environment.interfaces.entries.map(\.pool.used).reduce(0, +) }

    func request(_ dictionary: NGDictionary) async throws -> NGDictionary {
        let command = try NGRequest(dictionary).command
        let reply = await withCheckedContinuation { continuation in
            Task { await registry.dispatch(command) { continuation.resume(returning: $0) } }
        }
        return reply.dictionary
    }

    func offer(sdp: String = SDPText.pcmu(4000)) async throws -> NGDictionary {
        try await request(["command": "offer", "call-id": "call", "from-tag": "a", "sdp": .string(sdp)])
    }

    func answer(sdp: String = SDPText.pcmu(4002)) async throws -> NGDictionary {
        try await request(["command": "answer", "call-id": "call", "from-tag": "a", "to-tag": "b", "sdp": .string(sdp)])
    }

    func shutdown() async {
        await registry.shutdown()
        environment.engine.shutdown()
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
