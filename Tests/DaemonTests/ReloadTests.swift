import ControlPlane
import Foundation
import Glibc
@testable import rtpbridge
import Testing
import Wire

@Suite struct ReloadTests {
    private func file(_ name: String, _ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "rtpbridge-\(name)-\(getpid()).conf"
        try ("[rtpengine]\ninterface=127.0.0.1\nlisten-ng=2223\n" + text).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func start(_ path: String, _ more: String...) throws -> Reload {
        let arguments = ["--config-file=\(path)"] + more
        return Reload(arguments: arguments, settings: try Startup.settings(try Arguments(arguments)))
    }

    @Test func whatMayChangeChangesAndTheRestIsNamed() throws {
        let path = try file("live", "timeout = 60\nmax-sessions = 5")
        defer { unlink(path) }
        var reload = try start(path, "--delete-delay=3")
        #expect(try reload.read().outcome == Reload.Outcome())
        _ = try file("live", "timeout = 70\nport-max = 40000\ndelete-delay = 9\ntable = 1\nlog-level = 7")
        let (outcome, configuration, warnings) = try reload.read()
        #expect(Set(outcome.changed) == ["timeout", "max-sessions", "log-level"])
        #expect(outcome.needRestart == ["port-max"])
        #expect(configuration.timeouts.media == .seconds(70) && configuration.limits.sessions == nil)
        #expect(configuration.deleteDelay == .seconds(3))
        #expect(warnings.count == 1)
        // What changed is in force; what did not is still owed a restart.
        #expect(try reload.read().outcome == Reload.Outcome(changed: [], needRestart: ["port-max"]))
    }

    @Test func mistakesLeaveEverything() throws {
        let path = try file("wrong", "timeout = 60")
        defer { unlink(path) }
        var reload = try start(path)
        _ = try file("wrong", "timeout = soon")
        #expect(throws: StartError.self) { try reload.read() }
        _ = try file("wrong", "timeout = 61")
        #expect(try reload.read().outcome.changed == ["timeout"])
    }

    @Test func templatesAreReadAgain() throws {
        let path = try file("words", "templates = t\n[t]\na = trust-address")
        defer { unlink(path) }
        var reload = try start(path)
        _ = try file("words", "templates = t\n[t]\na = trust-address\nb = ICE=force")
        #expect(try reload.read().outcome == Reload.Outcome(changed: ["templates"], needRestart: []))
        #expect(reload.settings.templates.count == 2)
        #expect(try reload.read().outcome == Reload.Outcome())
    }
}
