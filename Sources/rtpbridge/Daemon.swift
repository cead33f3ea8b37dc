import ControlPlane
import Glibc
import Logging
import MediaIO

@main
enum Daemon {
    static func main() async {
        do throws(StartError) {
            switch try DaemonOptions.read(Array(CommandLine.arguments.dropFirst())) {
            case .print(let text): print(text)
            case .run(let options, let warnings): try await run(options, warnings)
            }
            exit(0)
        } catch {
            StandardError.write(line: "rtpbridge: \(error)")
            exit(error.status)
        }
    }

    private static func run(_ options: DaemonOptions, _ warnings: [String]) async throws(StartError) {
        let configuration = try options.makeConfiguration()
        let signals = try SignalWatch.start()
        let logger = makeLogger(options.process)
        for warning in warnings { logger.warning("\(warning)") }
        if !options.process.foreground { logger.notice("staying in the foreground, as with --foreground") }
        ProcessSetup.raiseDescriptorLimit()
        ProcessMemory.limitHeaps(threads: configuration.engine.threads + configuration.engine.handshakeThreads + 1)
        let plane = ControlPlane(configuration: configuration, logger: logger)
        do throws(ControlPlaneError) { try await plane.start() } catch { throw .system("\(error)") }
        if let path = options.process.pidfile { try ProcessSetup.writePIDFile(path) }
        logger.notice("rtpbridge \(DaemonVersion.current) is ready")
        await wait(for: signals, logger)
        await plane.shutdown()
        if let path = options.process.pidfile { ProcessSetup.removePIDFile(path) }
        logger.notice("rtpbridge has ended")
    }

    private static func makeLogger(_ options: ProcessOptions) -> Logger {
        LogLevel.shared.syslog = options.logLevel
        let isUnderSystemd = getenv("JOURNAL_STREAM") != nil && !options.logStderr
        let style: StderrLogHandler.Style = isUnderSystemd ? .journal : options.noLogTimestamps ? .plain : .timestamped
        return Logger(label: "rtpbridge") { _ in StderrLogHandler(style: style) }
    }

    /// Returns when the daemon shall end.
    private static func wait(for signals: AsyncStream<SignalWatch.Event>, _ logger: Logger) async {
        for await signal in signals {
            switch signal {
            case .terminate:
                logger.notice("ending all calls")
                return
            case .lessLog: LogLevel.shared.syslog -= 1
            case .moreLog: LogLevel.shared.syslog += 1
            }
            logger.notice("log level is \(LogLevel.shared.syslog)")
        }
    }
}
