import Foundation
@testable import rtpbridge_ctl
import Testing

@Suite struct RemoteCommandTests {
    private static let sessions = """
        callid:                       wacid.1 | deletionmark:  no | created:  1700000000 | proxy:127.0.0.1:5060 | redis_keyspace:0 | foreign:no
        callid:                            42 | deletionmark: yes | created:  1699990000 | proxy: | redis_keyspace:0 | foreign:no

        """
    private static let call = """

        callid: wacid.1
        deletionmark: no
        created: 1700000000

        --- Tag 'a', type: FROM_TAG, label 'caller', branch '', callduration 12.500000
        ---     subscribed to 'b'
        ------ Media #1 (audio over RTP/AVP) using opus/48000/2
        -------- Port       127.0.0.1:30000 <>       127.0.0.2:4000 , SSRC 1a2b, 10 p, 1720 b, 0 e, 1700000010 ts
        -------- Port       127.0.0.1:30001 <>                :     (RTCP), SSRC 0, 0 p, 0 b, 0 e, 0 ts
        --- Tag 'b', type: TO_TAG, label '', branch '', callduration 10.000000

        """
    private static let interfaces = """
        Interface 'pub' address '10.0.0.1' (IPv4)
         Port range: 30000 - 39999
         Ports used:  1250 / 10000 ( 12.5%)

        """

    private static let statistics = #"{"interfaces":[{"name":"pub"}],"mos":{"mos_total":1.5}}"#

    private func run(
        _ answer: String, _ words: String..., isTerminal: Bool = false
    ) throws -> (text: String, status: rtpbridge_ctl.ExitStatus, asked: [String]) {
        let daemon = try #require(FakeDaemon { $0 == "list jsonstats" ? Self.statistics : answer })
        let arguments = try CtlArguments(["--config-file=none", "--ip=127.0.0.1", "--port=\(daemon.port)"] + words)
        let (text, status) = try RemoteCommand(arguments).run(isTerminal: isTerminal, now: 1_700_003_661)
        return (text, status, daemon.lines)
    }

    @Test func wordsGoAsALineAndTextComesBack() throws {
        let result = try run("MAX=5\n", "list", "maxsessions")
        #expect(result.text == "MAX=5\n" && result.status == .clean && result.asked == ["list maxsessions"])
        #expect(try run("x", "terminate", "a\nlist all").asked == ["terminate alist all"])
        let long = String(repeating: "0123456789", count: 50_000)
        #expect(try run(long, "list", "sessions", "all").text == long)
        #expect(try run("", "debug", "c", "on").text == "")
    }

    @Test func refusalsAreTheStatus() throws {
        #expect(try run("Unknown command: x\n", "x").status == .found)
        #expect(try run("Incomplete command: list\n", "list").status == .found)
        #expect(try run("\nCall ID not found (x).\n\n", "list", "sessions", "x").status == .found)
    }

    @Test func sessionsAreATableOnATerminal() throws {
        let text = try run(Self.sessions, "list", "sessions", "all", isTerminal: true).text
        #expect(text == """
            call-id      age  proxy           deleted
            -------  -------  --------------  -------
            wacid.1  1:01:01  127.0.0.1:5060  no
            42       3:47:41                  yes
            2 sessions

            """)
        #expect(try run(Self.sessions, "list", "sessions", "all").text == Self.sessions)
        #expect(try run(Self.sessions, "--text", "list", "sessions", "all", isTerminal: true).text == Self.sessions)
        let none = "No sessions on this media relay.\n"
        #expect(try run(none, "--table", "list", "sessions", "all").text == none)
    }

    @Test func interfacesAreATable() throws {
        let text = try run(Self.interfaces, "--table", "get", "interfaces").text
        #expect(text.contains("pub   10.0.0.1  IPv4    30000-39999  1250  10000  12.5"), "\(text)")
    }

    @Test func jsonIsParsedText() throws {
        let sessions = try run(Self.sessions, "--json", "list", "sessions", "all").text
        let parsed = try #require(JSONValue.parse(sessions))
        guard case .array(let rows) = parsed else {
            Issue.record("\(sessions)")
            return
        }
        #expect(rows.count == 2 && rows[1]["callid"] == .string("42") && rows[0]["created"] == .integer(1_700_000_000))
        let call = try #require(JSONValue.parse(try run(Self.call, "--json", "list", "sessions", "wacid.1").text))
        guard case .array(let tags)? = call["tags"], case .array(let medias)? = tags[0]["medias"],
              case .array(let streams)? = medias[0]["streams"] else {
            Issue.record("\(call)")
            return
        }
        #expect(call["callid"] == .string("wacid.1") && tags.count == 2 && tags[0]["label"] == .string("caller"))
        #expect(medias[0]["codec"] == .string("opus/48000/2") && streams.count == 2)
        #expect(streams[0]["remote"] == .string("127.0.0.2:4000") && streams[0]["packets"] == .integer(10))
        #expect(streams[1]["rtcp"] == .bool(true) && streams[1]["remote"] == .null)
        #expect(try run("core = 6\nice = 7\n", "--json", "list", "loglevel").text == "{\"core\":6,\"ice\":7}\n")
        #expect(try run("TIMEOUT=60\n", "--json", "list", "timeout").text == "{\"TIMEOUT\":60}\n")
        #expect(try run("Maximum sessions configured on rtpengine: -1\n", "--json", "list", "maxsessions").text
            == "{\"Maximum sessions configured on rtpengine\":-1}\n")
    }

    @Test func jsonOfFiguresIsThatOfTheDaemon() throws {
        let result = try run("", "--json", "list", "interfaces")
        #expect(result.text == "[{\"name\":\"pub\"}]\n" && result.asked == ["list jsonstats"])
        #expect(try run("", "--json", "list", "totals").text == "{\"mos\":{\"mos_total\":1.5}}\n")
        #expect(try run("", "list", "jsonstats").text.hasPrefix("{"))
    }

    @Test func nobodyThereIsStatusThree() throws {
        let port = try #require(FakeDaemon { _ in nil }).port
        let command = try RemoteCommand(CtlArguments(["--config-file=none", "--port=\(port)", "list"]))
        let error = #expect(throws: CtlError.self) { try command.run(isTerminal: false, now: 0) }
        #expect(error?.status == .unreachable)
        let nowhere = try RemoteCommand(CtlArguments(["--config-file=none", "--ip=no.such.host.invalid", "list"]))
        #expect(throws: CtlError.self) { try nowhere.run(isTerminal: false, now: 0) }
    }
}

@Suite struct CtlArgumentsTests {
    @Test func optionsAreThoseOfRtpengineCtl() throws {
        let arguments = try CtlArguments(["-ip", "10.0.0.1", "--port=99", "-config-file=none", "--json", "list", "sessions", "-x"])
        #expect(arguments.ip == "10.0.0.1" && arguments.port == 99 && arguments.output == .json)
        #expect(arguments.words == ["list", "sessions", "-x"])
        for wrong in [["--port"], ["--port=0"], ["--port=x"], ["--nonsense", "list"]] {
            #expect(throws: CtlError.self) { try CtlArguments(wrong) }
        }
        #expect(try CtlArguments(["--help"]).asksForHelp)
    }

    @Test(arguments: [
        ("listen-cli = 9901", [], "127.0.0.1", 9901), ("listen-cli = 10.0.0.5", [], "10.0.0.5", 9900),
        ("listen-cli = localhost:2224", [], "localhost", 2224), ("listen-cli=[::1]:2224;127.0.0.1:1", [], "::1", 2224),
        ("listen-cli = 0.0.0.0:2224", ["--port=5"], "127.0.0.1", 5), ("listen-cli=1", ["--ip=10.0.0.7:77"], "10.0.0.7", 77),
        ("other = 1\n[else]\nlisten-cli = 5", [], "127.0.0.1", 9900), ("[else]\nlisten-cli = 5", ["--config-section=else"], "127.0.0.1", 5),
    ] as [(String, [String], String, UInt16)])
    func addressComesFromTheFileAndTheCommandLine(_ file: String, _ options: [String], _ host: String, _ port: UInt16) throws {
        let path = NSTemporaryDirectory() + "rtpbridge-ctl-\(UUID().uuidString).conf"
        try ("[rtpengine]\n" + file).write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for arguments in [["--config-file=\(path)"] + options + ["usage"]] {
            let address = try DaemonAddress(CtlArguments(arguments))
            #expect(address.host == host && address.port == port)
        }
        #expect(try DaemonAddress(CtlArguments(options + ["usage"]), defaultFiles: ["/nonexistent", path]).port == port)
        #expect(throws: CtlError.self) { try DaemonAddress(CtlArguments(["--config-file=/nonexistent", "usage"])) }
    }
}
