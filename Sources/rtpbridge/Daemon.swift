import ControlPlane
import Dispatch
import Glibc
import Logging
import MediaIO

@main
enum Daemon {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do throws(StartError) {
            switch try Startup.read(arguments) {
            case .print(let text):
                print(text)
                exit(0)
            case .run(let settings):
                // Before everything that starts a thread.
                let detachment = settings.isSet("foreground") ? nil : try Detachment.begin()
                Task { await run(settings, arguments, detachment) }
                dispatchMain()
            }
        } catch { fail(error) }
    }

    private static func run(_ settings: Settings, _ arguments: [String], _ detachment: Detachment?) async {
        do throws(StartError) { try await serve(settings, arguments, detachment) } catch { fail(error) }
        exit(0)
    }

    private static func fail(_ error: StartError) -> Never {
        StandardError.write(line: "rtpbridge: \(error)")
        exit(error.status)
    }

    private static func serve(_ settings: Settings, _ arguments: [String], _ detachment: Detachment?) async throws(StartError) {
        var configuration = try settings.makeConfiguration()
        configuration.logLevels = Settings.logLevelAccess
        configuration.digitLog = settings.makeDigitLog()
        let signals = try SignalWatch.start()
        settings.setLogLevels()
        let handler = settings.makeLogHandler()
        let logger = Logger(label: "rtpbridge") { _ in handler }
        for warning in settings.warnings { logger.warning("\(warning)") }
        ProcessSetup.raiseDescriptorLimit()
        ProcessMemory.limitHeaps(threads: configuration.engine.threads + configuration.engine.handshakeThreads + 1)
        let plane = ControlPlane(configuration: configuration, logger: logger)
        do throws(ControlPlaneError) { try await plane.start() } catch { throw .system("\(error)") }
        if let path = settings.text("pidfile") { try ProcessSetup.writePIDFile(path) }
        logger.notice("rtpbridge \(DaemonVersion.current) is ready")
        detachment?.finish(keepsStderr: settings.isSet("log-stderr"))
        ServiceManager.sayReady()
        await attend(signals, plane, Reload(arguments: arguments, settings: settings), logger)
        ServiceManager.sayStopping()
        await plane.shutdown()
        if let path = settings.text("pidfile") { ProcessSetup.removePIDFile(path) }
        logger.notice("rtpbridge has ended")
    }

    /// Returns when the daemon shall end.
    private static func attend(_ signals: AsyncStream<SignalWatch.Event>, _ plane: ControlPlane, _ reload: Reload, _ logger: Logger) async {
        var reload = reload
        for await signal in signals {
            switch signal {
            case .terminate:
                logger.notice("ending all calls")
                return
            case .reload:
                ServiceManager.sayReloading()
                await carryOut(&reload, plane, logger)
                ServiceManager.sayReady()
            case .lessLog, .moreLog:
                LogLevels.shared.shift(by: signal == .lessLog ? -1 : 1)
                logger.notice("log level is \(LogLevels.shared.level)")
            }
        }
    }

    private static func carryOut(_ reload: inout Reload, _ plane: ControlPlane, _ logger: Logger) async {
        do throws(StartError) {
            let (outcome, configuration, warnings) = try reload.read()
            for warning in warnings { logger.warning("\(warning)") }
            if outcome.changed.contains(where: { $0.hasPrefix("log-level") }) { reload.settings.setLogLevels() }
            await plane.change(RuntimeSettings(configuration))
            let changed = outcome.changed.isEmpty ? "nothing" : outcome.changed.joined(separator: ", ")
            logger.notice("configuration read again: \(changed) changed")
            if !outcome.needRestart.isEmpty {
                logger.warning("the new \(outcome.needRestart.joined(separator: ", ")) will hold after a restart")
            }
        } catch { logger.error("the configuration stays as it is: \(error)") }
    }
}
