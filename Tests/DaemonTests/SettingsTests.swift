import Fuzzing
@testable import rtpbridge
import Testing

@Suite struct SettingsTests {
    private func settings(_ file: String, _ arguments: String...) throws -> Settings {
        try Settings(try Arguments(arguments), try ConfigFile(text: file, path: "test.conf"))
    }

    @Test func fileIsReadAndTheCommandLineWins() throws {
        let file = """
            # a comment
            ; another
            [other]
            timeout = 1
            [rtpengine]
            timeout = 50
              silent-timeout=  7200\t
            interface = pub/10.0.0.1!203.0.113.1; priv/10.0.0.2 ;
            listen-ng = 2223
            tos = 0xb8
            sip-source = true
            dtls-passive = 0
            no-log-timestamps = yes
            [rtpengine-testing]
            timeout = 2
            [rtpengine]
            timeout = 55
            """
        let settings = try settings(file, "--listen-ng=127.0.0.1:22222", "-o", "70")
        #expect(settings.integer("timeout") == 70)
        #expect(settings.integer("silent-timeout") == 7200)
        #expect(settings.texts("interface") == ["pub/10.0.0.1!203.0.113.1", "priv/10.0.0.2"])
        #expect(settings.texts("listen-ng") == ["127.0.0.1:22222"])
        #expect(settings.integer("tos") == 184)
        #expect(settings.isSet("sip-source") && !settings.isSet("dtls-passive") && settings.isSet("no-log-timestamps"))
        #expect(settings.integer("offer-timeout") == 3600)
        #expect(settings.warnings.isEmpty)
        #expect(try self.settings(file).integer("timeout") == 55)
        #expect(try self.settings(file, "--config-section=rtpengine-testing").integer("timeout") == 2)
    }

    @Test func unknownKeysAndIgnoredOptionsCostOneWarningEach() throws {
        let settings = try settings("""
            [rtpengine]
            nonsense = 1
            nonsense = 2
            config-file = x
            table = 0
            interface = 127.0.0.1
            """, "--table=1", "--homer=127.0.0.1:9060", "--homer=127.0.0.2:9060")
        #expect(settings.warnings.count == 4, "\(settings.warnings)")
        for name in ["nonsense", "config-file", "table", "homer"] {
            #expect(settings.warnings.count { $0.contains("\(name)") } == 1, "\(name)")
        }
        #expect(try self.settings("[else]\ntimeout=1").warnings.count == 1)
    }

    @Test(arguments: [
        ("timeout = soon", "timeout"), ("foreground = perhaps", "foreground"), ("endpoint-learning = x", "endpoint-learning"),
        ("port-min =", "port-min"), ("mos = CQ;bad", "mos"), ("templates = none", "templates"), ("timeout", "line 2"), ("[", "line 2"),
    ])
    func wrongValuesNameFileAndKey(_ line: String, _ name: String) {
        let error = #expect(throws: StartError.self) { try settings("[rtpengine]\n" + line) }
        #expect(error?.status == 2)
        #expect(error?.description.contains(name) == true, "\(String(describing: error))")
        #expect(error?.description.contains("test.conf") == true)
    }

    @Test func emptyTextsAreNotGiven() throws {
        #expect(try settings("[rtpengine]\nhttps-cert =\ninterface = ;").values == [:])
    }

    @Test func linesBeforeTheFirstSectionAreRefused() {
        #expect(throws: StartError.self) { try settings("timeout = 1\n[rtpengine]") }
    }

    @Test func templatesAndInterfacesAreSectionsOfTheirOwn() throws {
        let settings = try settings("""
            [rtpengine]
            templates = words
            interfaces-config = if-
            [words]
            WebRTC = transport-protocol=UDP/TLS/RTP/SAVPF ICE=force
            default = trust-address
            [if-1]
            name = pub
            address = 127.0.0.1
            advertised = 203.0.113.5
            port-min = 20000
            port-max = 20099
            exclude-ports = 20010;20020-20029
            alias = outside
            typo = 1
            [if-2]
            address = 127.0.0.2
            """)
        #expect(settings.templates == ["WebRTC": "transport-protocol=UDP/TLS/RTP/SAVPF ICE=force", "default": "trust-address"])
        #expect(settings.interfaces.map(\.texts) == [["pub/127.0.0.1!203.0.113.5", "outside=pub"], ["default/127.0.0.2"]])
        #expect(settings.interfaces[0].excludedPorts == ["20010", "20020-20029"])
        #expect(settings.warnings.count == 1 && settings.warnings[0].contains("typo"))
        #expect(throws: StartError.self) { try self.settings("[rtpengine]\ninterfaces-config=if\n[if1]\nname=x") }
    }

    @Test func anyTextIsReadOrRefusedInOneLine() {
        let seed = """
            [rtpengine]
            interface = 127.0.0.1;any
            timeout = 60
            sip-source = true
            templates = words
            [words]
            a = b
            """
        var mutator = Mutator(seed: 5, corpus: [Array(seed.utf8)], alphabet: Array("0123456789;=[]# \nte".utf8))
        var read = 0
        for _ in 0..<3000 {
            do {
                _ = try settings(String(decoding: mutator.next(), as: UTF8.self))
                read += 1
            } catch let error as StartError {
                #expect(!error.description.isEmpty)
            } catch { Issue.record("\(error)") }
        }
        #expect((300..<3000).contains(read))
    }
}
