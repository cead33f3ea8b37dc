import ArgumentParser
import Foundation
import NGProtocol
import PeerSimulator
import SRTP
import Wire

@main
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rtpbridge-demo",
        abstract: "Starts the daemon on loopback and places calls through it, between a WhatsApp-like and a PBX-like peer.")

    enum Keying: String, ExpressibleByArgument, CaseIterable { case dtls, sdes, both }

    @Option(help: "The daemon's executable.")
    var daemon: String

    @Option(help: "The directory for the recordings and the daemon's log.")
    var output = "demo-output"

    @Option(help: "A directory of recordings to play: WAV, 16-bit mono, 8000 Hz.")
    var voice: String?

    @Option(help: "How the WhatsApp leg is keyed: dtls, sdes or both.")
    var keying = Keying.both

    @Option(help: "How long the callee's telephone rings [ms].")
    var ringing = 300

    @Option(help: "Instead of the demo: measure the set-up times of so many calls of each kind.")
    var setUps: Int?

    @Option(help: "With --set-ups: the round-trip time to WhatsApp [ms].")
    var roundTrip = 0

    @Option(
        name: .customLong("daemon-option"), parsing: .unconditionalSingleValue,
        help: "One more option for the daemon; may be repeated.")
    var daemonOptions: [String] = []

    func run() throws {
        let start = SystemClock.now
        let conversation = try Conversation(directory: voice)
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let loop = try EventLoop()
        let port = try UDPSocket.freePort()
        let log = "\(output)/daemon.log"
        let process = try DaemonProcess(path: daemon, arguments: arguments(port: port), log: log)
        var results: [CallResult] = []
        var failures: [String] = []
        do {
            let client = try NGClient(server: TransportAddress(ip: IPAddress(v4: 0x7f00_0001), port: port))
            loop.add(client)
            guard client.waitForServer(over: loop, while: { process.poll() == nil }) else { throw DemoError.daemonSilent(log: log) }
            let time = (SystemClock.now - start).milliseconds
            ProgressLine.write("the daemon answers on 127.0.0.1:\(port) after \(time) ms\n" + ProgressLine.legend)
            if let setUps {
                let measurement = SetUpMeasurement(
                    calls: setUps, roundTrip: max(0, roundTrip), loop: loop, client: client, certificate: try DTLSCertificate.generate())
                let failed = try measurement.run { process.poll() == nil }
                if failed > 0 { failures.append("\(failed) calls had no packet") }
            } else {
                results = try placeCalls(conversation, loop: loop, client: client, while: { process.poll() == nil })
            }
            failures += leftovers(client, loop: loop)
        } catch {
            failures.append("\(error)")
        }
        if let ending = process.poll() {
            failures.append("the daemon ended by itself: \(ending)")
        } else if case let ending = process.terminate(), ending != .exit(0) {
            failures.append("the daemon on SIGTERM: \(ending)")
        }
        try summarize(results, failures: failures, elapsed: SystemClock.now - start, log: log)
    }

    private func arguments(port: UInt16) -> [String] {
        ["--interface=127.0.0.1", "--listen-ng=127.0.0.1:\(port)", "--config-file=none", "-f", "-E", "-L", "5"] + daemonOptions
    }

    private func placeCalls(
        _ conversation: Conversation, loop: EventLoop, client: NGClient, while isAlive: () -> Bool
    ) throws -> [CallResult] {
        let settings = CallRunner.Settings(certificate: try DTLSCertificate.generate(), ringing: max(0, ringing), output: output)
        let keyings: [WhatsAppEndpoint.Keying] = switch keying {
        case .dtls: [.dtls]
        case .sdes: [.sdes]
        case .both: [.dtls, .sdes]
        }
        func place(_ call: DemoCall) throws -> CallResult {
            try CallRunner(call, conversation: conversation, settings: settings, loop: loop, client: client).run()
        }
        var results: [CallResult] = []
        for call in DemoCall.all(keyings) where isAlive() {
            var result = try place(call)
            if !result.failures.isEmpty, result.isDisturbed, isAlive() {
                let stall = result.longestStall.milliseconds
                ProgressLine.write("this machine stood still for \(stall) ms, which no call survives unharmed: once more\n")
                var again = call
                again.attempt += 1
                result = try place(again)
            }
            results.append(result)
        }
        return results
    }

    /// Calls that the daemon still has although all were deleted.
    private func leftovers(_ client: NGClient, loop: EventLoop) -> [String] {
        do {
            let (reply, _) = try client.request("list", over: loop)
            let calls = reply["calls"]?.words ?? []
            return calls.isEmpty ? [] : ["calls left after their deletion: \(calls.joined(separator: ", "))"]
        } catch {
            return ["\(error)"]
        }
    }

    private func summarize(_ results: [CallResult], failures: [String], elapsed: Nanoseconds, log: String) throws {
        if !results.isEmpty { ProgressLine.write("\n" + ResultTable(results: results).text + "\n") }
        let all = results.flatMap { result in result.failures.map { "call \(result.call.number): \($0)" } } + failures
        for failure in all { ProgressLine.write("failed: \(failure)\n") }
        ProgressLine.write("recordings in \(output), the daemon's log in \(log); \(decimal(elapsed.seconds)) s in all\n")
        if !all.isEmpty { throw ExitCode.failure }
    }
}
