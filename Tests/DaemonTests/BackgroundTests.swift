import Foundation
import Glibc
@testable import rtpbridge
import Testing

/// The executable itself: into the background and back, signals, and other people's configuration files.
@Suite(.serialized) struct BackgroundTests {
    private static let usual = ["--config-file=none", "-i", "127.0.0.1", "--num-threads=1"]
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "rtpbridge-daemon-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func itStaysInTheBackgroundUntilToldToEnd() throws {
        defer { remove() }
        let pidfile = folder + "/pid"
        let started = try DaemonProcess.run(Self.usual, "-n", "127.0.0.1:28231", "-p", pidfile)
        #expect(started.status == 0, "\(started)")
        // Whoever started it finds it ready.
        #expect(DaemonProcess.answers(port: 28231))
        let daemon = try #require(DaemonProcess(pidfile: pidfile))
        #expect(getsid(daemon.id) == daemon.id)
        #expect(readlink("/proc/\(daemon.id)/fd/0") == "/dev/null")
        kill(daemon.id, SIGHUP)
        kill(daemon.id, SIGUSR1)
        #expect(DaemonProcess.answers(port: 28231))
        kill(daemon.id, SIGTERM)
        #expect(daemon.wait { !daemon.isRunning })
        #expect(access(pidfile, F_OK) != 0)
    }

    @Test func aStartThatFailsIsToldToWhoeverStartedIt() throws {
        defer { remove() }
        let pidfile = folder + "/pid"
        let first = try DaemonProcess.run(Self.usual, "-n", "127.0.0.1:28232", "-p", pidfile)
        #expect(first.status == 0)
        let daemon = try #require(DaemonProcess(pidfile: pidfile))
        defer { kill(daemon.id, SIGKILL) }
        let second = try DaemonProcess.run(Self.usual, "-n", "127.0.0.1:28232", "-E")
        #expect(second.status == 1)
        #expect(second.stderr.contains("28232"))
        for wrong in ["--no-such-option", "--port-min=many"] {
            let refused = try DaemonProcess.run(Self.usual, "-n", "127.0.0.1:28233", wrong)
            #expect(refused.status == 2 && refused.stderr.split(separator: "\n").count == 1 && refused.stdout.isEmpty, "\(refused)")
        }
        kill(daemon.id, SIGTERM)
        #expect(daemon.wait { !daemon.isRunning })
    }

    /// What Debian's package says where it says anything, and its own file where it is installed.
    @Test func debiansConfigurationStartsUnchanged() throws {
        defer { remove() }
        let own = folder + "/rtpengine.conf", installed = "/etc/rtpengine/rtpengine.conf"
        try """
            [rtpengine]

            table = 0
            # table = -1
            interface = any

            listen-ng = localhost:2223
            listen-http = localhost:2225
            listen-cli = localhost:2224
            timeout = 60
            silent-timeout = 3600
            tos = 184
            port-min = 30000
            port-max = 40000
            recording-dir = /var/spool/rtpengine
            recording-method = proc

            [rtpengine-testing]
            table = -1
            interface = 10.15.20.121
            listen-ng = 2223
            foreground = true
            """.write(toFile: own, atomically: true, encoding: .utf8)
        // Without a network there is no address for `any` to find.
        guard (try? Settings(Arguments(["-i", "any", "-n", "2223"]), nil).makeConfiguration()) != nil else { return }
        for file in [own, installed] where access(file, R_OK) == 0 {
            let pidfile = folder + "/pid"
            let started = try DaemonProcess.run(["--config-file=\(file)"], "--pidfile", pidfile, "--num-threads=1")
            #expect(started.status == 0, "\(started)")
            #expect(DaemonProcess.answers(port: 2223))
            let daemon = try #require(DaemonProcess(pidfile: pidfile))
            kill(daemon.id, SIGTERM)
            #expect(daemon.wait { !daemon.isRunning })
        }
    }

    /// As Debian's unit starts it (Type=notify).
    @Test func theServiceManagerIsToldWhenItIsReady() throws {
        defer { remove() }
        let server = try #require(DatagramServer("rtpbridge-notify-\(getpid())"))
        setenv("NOTIFY_SOCKET", server.path, 1)
        defer { unsetenv("NOTIFY_SOCKET") }
        let pidfile = folder + "/pid"
        let started = try DaemonProcess.run(Self.usual, "-n", "127.0.0.1:28234", "-p", pidfile)
        #expect(started.status == 0)
        let daemon = try #require(DaemonProcess(pidfile: pidfile))
        kill(daemon.id, SIGTERM)
        #expect(daemon.wait { !daemon.isRunning })
        #expect(server.receive() == ["READY=1", "STOPPING=1"])
    }

    private func readlink(_ path: String) -> String { (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? "" }
}
