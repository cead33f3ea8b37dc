@testable import ControlPlane
import Fuzzing
import NGProtocol
import Synchronization
import Testing
import Wire

/// The operator's commands. The texts are those of rtpengine 10.5.3 wherever it has the command.
@Suite struct CommandLineTests {
    private func with(
        _ adjust: (inout ControlPlaneConfiguration) -> Void = { _ in }, _ body: (TestPlane) async throws -> Void
    ) async throws {
        try await TestPlane.with(adjust, body)
    }

    private func run(_ test: TestPlane, _ line: String) async -> String { await test.plane.command(line) }

    @Test func helpStandsAtEachLevel() async throws {
        try await with { test async throws in
            #expect(await run(test, "help")
                == "Available sub-commands at this level:\n\tlist\n\tterminate\n\tset\n\tget\n\tparams\n\tdebug\n\tcall\n\tusage\n")
            #expect(await run(test, "params help") == "Available sub-commands at this level:\n\tstart\n\tcurrent\n\tdiff\n\trevert\n")
            #expect(await run(test, "list help").hasPrefix("Available sub-commands at this level:\n\tnumsessions\n\tsessions\n\ttotals\n"))
            let usage = await run(test, "usage")
            for line in ["    list numsessions ", "    set maxsessions <number> ", "    terminate <callid>|all|own|foreign "] {
                #expect(usage.contains(line))
            }
        }
    }

    @Test func wrongInput() async throws {
        try await with { test async throws in
            #expect(await run(test, "foo") == "Unknown command: foo\n")
            #expect(await run(test, "list foo") == "Unknown command: list foo\n")
            #expect(await run(test, "list") == "Incomplete command: list\n")
            #expect(await run(test, "set maxsessions ") == "Incomplete command: set maxsessions \n")
            #expect(await run(test, "") == "Incomplete command: \n")
            #expect(await run(test, "list maxsessionsfoo") == "Unknown command: list maxsessionsfoo\n")
            #expect(await run(test, "foo\u{1b}[2J") == "Unknown command: \("foo\u{1b}[2J".printable)\n")
            #expect(await run(test, String(repeating: "x", count: 5_000)) == "Incomplete command: \n")
        }
    }

    @Test func sessionsAreCountedAndListed() async throws {
        try await with { test async throws in
            #expect(await run(test, "list sessions all") == "No sessions on this media relay.\n")
            #expect(await run(test, "list sessions own") == "No own sessions on this media relay.\n")
            _ = try await test.offer("c1")
            _ = try await test.answer("c1")
            #expect(await run(test, "list numsessions") == """
                Current sessions own: 1
                Current sessions foreign: 0
                Current sessions total: 1
                Current transcoded media: 0
                Current sessions ipv4 only media: 1
                Current sessions ipv6 only media: 0
                Current sessions ip mixed  media: 0

                """)
            let list = await run(test, "list sessions all")
            #expect(list.hasPrefix("callid: " + String(repeating: " ", count: 58) + "c1 | deletionmark:  no | created:  "))
            #expect(list.hasSuffix(" | proxy:127.0.0.1:\(test.client.port) | redis_keyspace:0 | foreign:no\n"))
            let detail = await run(test, "list sessions c1")
            #expect(detail.hasPrefix("\ncallid: c1\ndeletionmark: no\ncreated: "))
            #expect(detail.contains("\n--- Tag 'a', type: FROM_TAG, label '', branch '', callduration "))
            #expect(detail.contains("---     subscribed to 'b'\n---     subscription of 'b'\n"))
            #expect(detail.contains("\n------ Media #1 (audio over RTP/AVP) using unknown codec"))
            #expect(detail.contains(" <>       127.0.0.1:4000 , SSRC 0, 0 p, 0 b, 0 e, "))
            #expect(await run(test, "call c1 info").hasPrefix("\ncallid: c1\n"))
            #expect(await run(test, "list sessions nope") == "\nCall ID not found (nope).\n\n")
            #expect(await run(test, "call nope info") == "No such call 'nope'\n")
        }
    }

    @Test func terminatingEndsCallsAtOnce() async throws {
        try await with { test async throws in
            for call in ["c1", "c2", "c3"] { _ = try await test.offer(call) }
            #expect(await run(test, "terminate c1") == "\nCall Id (c1) successfully terminated by operator.\n\n")
            #expect(await run(test, "terminate c1x") == "\nCall Id not found (c1x).\n\n")
            #expect(await run(test, "terminate foreign") == "All foreign calls terminated by operator.\n")
            #expect(try await test.request(["command": "query", "call-id": "c1"])["error-reason"] == "Unknown call-id")
            #expect(try await test.request(["command": "query", "call-id": "c2"])["result"] == "ok")
            #expect(await run(test, "call c2 terminate") == "\nCall Id (c2) successfully terminated by operator.\n\n")
            #expect(await run(test, "terminate all") == "All calls terminated by operator.\n")
            #expect(try await test.request(["command": "query", "call-id": "c3"])["error-reason"] == "Unknown call-id")
            #expect(await run(test, "list totals").contains(" Total forced terminated sessions                :3\n"))
        }
    }

    @Test func debugIsSwitched() async throws {
        try await with { test async throws in
            _ = try await test.offer("c1")
            #expect(await run(test, "debug c1") == "Enabled debugging for call 'c1'\n")
            #expect(await test.plane.registry?.byCallID["c1"]?.isDebugging == true)
            #expect(await run(test, "call c1 debug off") == "Disabled debugging for call 'c1'\n")
            #expect(await test.plane.registry?.byCallID["c1"]?.isDebugging == false)
            #expect(await run(test, "debug c1 xx") == "Invalid on/off flag ('xx') specified\n")
            #expect(await run(test, "debug nope") == "Call ID 'nope' not found\n")
        }
    }

    @Test func maxSessionsDrains() async throws {
        try await with { test async throws in
            #expect(await run(test, "list maxsessions") == "Maximum sessions configured on rtpengine: -1\n")
            #expect(await run(test, "set maxsessions abc") == "Fail setting maxsessions to abc; no digists found\n")
            #expect(await run(test, "set maxsessions -5") == "Fail setting maxsessions to -5; either positive or -1 values allowed\n")
            #expect(await run(test, "set maxsessions 0") == "Success setting maxsessions to 0\n")
            #expect(try await test.offer()["error-reason"] == "Parallel session limit reached")
            #expect(await run(test, "get maxsessions") == "Maximum sessions configured on rtpengine: 0\n")
            #expect(await run(test, "set maxsessions -1") == "Success setting maxsessions to -1; disable feature\n")
            #expect(try await test.offer()["result"] == "ok")
            #expect(await run(test, "list totals").contains(" Total rejected sessions                         :1\n"))
        }
    }

    /// What is set holds for calls to come.
    @Test func timeoutsHold() async throws {
        try await with { test async throws in
            #expect(await run(test, "list timeout") == "TIMEOUT=60\n")
            #expect(await run(test, "set timeout x") == "Fail setting timeout to x; no digists found\n")
            #expect(await run(test, "set timeout -1") == "Fail setting timeout to -1; errno=0\n")
            #expect(await run(test, "set offertimeout 7") == "Success setting timeout to 7\n")
            #expect(await run(test, "set finaltimeout 5") == "Success setting timeout to 5\n")
            #expect(await run(test, "list finaltimeout") == "FINAL_TIMEOUT=5\n")
            _ = try await test.offer("c1")
            await test.pass(.seconds(6))
            #expect(try await test.request(["command": "query", "call-id": "c1"])["error-reason"] == "Unknown call-id")
            #expect(await run(test, "list totals").contains(" Total timed-out sessions via FINAL_TIMEOUT      :1\n"))
        }
    }

    @Test func limitsInTheirUnits() async throws {
        try await with { test async throws in
            #expect(await run(test, "set maxcpu 50") == "Success setting maxcpu to 50.0\n")
            #expect(await test.plane.settings.limits.cpu == 0.5)
            #expect(await run(test, "list maxcpu") == "Maximum CPU usage configured on rtpengine: 50.0\n")
            #expect(await run(test, "set maxload 10") == "Success setting maxload to 10.00\n")
            #expect(await run(test, "set maxbw 1000") == "Success setting maxbw to 1000\n")
            #expect(await run(test, "set maxbw 0") == "Success setting maxbw to 0; disable feature\n")
            #expect(await test.plane.settings.limits.bandwidth == nil)
            #expect(await run(test, "set controltos 46") == "Success setting control-tos to 46\n")
            #expect(await run(test, "set controltos x") == "Fail setting control-tos to x; no digists found\n")
            #expect(await run(test, "list controltos") == "46\n")
            #expect(await run(test, "set deletedelay 3") == "Success setting delete-delay to 3\n")
            #expect(await run(test, "list deletedelay") == "3\n")
            #expect(await run(test, "set maxopenfiles 2000") == "Fail setting open_files to 2000; can't set it under 65536\n")
            #expect(await run(test, "list redisdisabletime") == "10\n")
        }
    }

    @Test func parametersAndTheWayBack() async throws {
        let level = LogLevelBox()
        try await with({ configuration in
            configuration.logLevels.subsystems = ["core", "ice"]
            configuration.logLevels.read = { level.read($0) }
            configuration.logLevels.write = { level.write($0, $1) }
        }) { test async throws in
            #expect(await run(test, "params diff") == "")
            #expect(await run(test, "params start").contains("\nmax-sessions = -1\n"))
            #expect(await run(test, "set loglevel ice 7") == "Success setting loglevel to 7\n")
            #expect(await run(test, "set loglevel nope 7") == "Unknown subsystem: nope\n")
            #expect(await run(test, "set maxsessions 10") == "Success setting maxsessions to 10\n")
            #expect(await run(test, "params diff") == "log-level-ice: 6 => 7\nmax-sessions: -1 => 10\n")
            #expect(await run(test, "params current").contains("\nmax-sessions = 10\n"))
            #expect(await run(test, "list loglevel") == "core = 6\nice = 7\n")
            #expect(await run(test, "list loglevel ice") == "7\n")
            #expect(await run(test, "params revert") == "")
            #expect(await run(test, "params diff") == "")
            #expect(await run(test, "list maxsessions") == "Maximum sessions configured on rtpengine: -1\n")
            #expect(await run(test, "list loglevels")
                == "core - Everything that isn't part of another subsystem\nice - ICE negotiation\n")
        }
    }

    @Test func interfacesAndTotals() async throws {
        try await with { test async throws in
            _ = try await test.offer()
            #expect(await run(test, "list interfaces") == """
                Interface 'default' address '127.0.0.1' (IPv4)
                 Port range: 21000 - 21999
                 Ports used:     4 /  1000 (  0.4%)

                """)
            let totals = await run(test, "list totals")
            #expect(totals.hasPrefix("\nStatistics over currently running sessions:\n\n Owned sessions                                  :1\n"))
            #expect(totals.contains("\nControl statistics:\n\n                Proxy |       Ping |      Offer |"))
            #expect(totals.contains("\n            127.0.0.1 |          0 |          1 |"))
            #expect(await run(test, "list counters").hasPrefix(
                "\nCurrent per-second counters:\n\n Packets per second (userspace)                  :0\n"))
            #expect(await run(test, "list transcoders") == "No stats entries\n")
            #expect(await run(test, "list jsonstats").hasPrefix(#"{"currentstatistics":{"sessionsown":1,"sessionsforeign":0,"#))
        }
    }

    @Test func commandsByTCP() async throws {
        try await with({ $0.listenCLI = [NGStreamTests.loopback] }) { test async throws in
            let port = try #require(await test.plane.streamAddresses.commands.first?.port)
            for ending in ["\n", "\r\n"] {
                let client = try StreamClient(port)
                client.send("list maxsessions\(ending)")
                #expect(await client.receive() == "Maximum sessions configured on rtpengine: -1\n")
            }
            // Whoever pipes a line into us has no line end to wait for.
            let piped = try StreamClient(port)
            piped.send("list maxsessions")
            piped.finishSending()
            #expect(await piped.receive() == "Maximum sessions configured on rtpengine: -1\n")
        }
    }

    @Test func commandsByNG() async throws {
        try await with { test async throws in
            let reply = try await test.request(["command": "cli", "body": "list maxsessions"])
            #expect(reply == ["response": "Maximum sessions configured on rtpengine: -1\n", "result": "ok"])
            #expect(try await test.request(["command": "cli"])["error-reason"] == "No 'body' in message")
        }
    }

    @Test func damagedLines() async throws {
        let corpus = ["list sessions all", "call c1 debug on", "set maxload 1.5", "list loglevel core", "params help", "get x y z"]
        var mutator = Mutator(seed: 3, corpus: corpus.map { Array($0.utf8) }, alphabet: Array(" \t\r\n-.0x".utf8) + [0, 0xff])
        let test = try await TestRegistry(ports: 26_000...26_099)
        let commands = await CommandLineInterface(registry: test.registry)
        for _ in 0..<5_000 {
            var line = CommandLine()
            guard let text = line.append(mutator.next() + [UInt8(ascii: "\n")]) else { continue }
            let answers = await ControlActor.run { () -> Int in
                var count = 0
                commands.run(text) { _ in count += 1 }
                return count
            }
            #expect(answers == 1 || text.contains("info") || text.contains("sessions"))
        }
        await test.shutdown()
    }
}

/// The log's levels, as the executable has them.
private final class LogLevelBox: Sendable {
    private let levels = Mutex<[String: Int]>(["core": 6, "ice": 6])

    func read(_ name: String?) -> Int? { levels.withLock { $0[name ?? "core"] } }

    func write(_ name: String?, _ level: Int) {
        levels.withLock { levels in
            if let name { levels[name] = level } else { levels = levels.mapValues { _ in level } }
        }
    }
}
