import Testing

/// The checks themselves: each finds what it is there for, and lets pass what it should.
@Suite struct CheckerTests {
    private func file(_ text: String, module: String = "RTP") -> SwiftFile { SwiftFile(path: "Sources/\(module)/A.swift", text: text) }
    private func what(_ findings: [Finding]) -> [String] { findings.map(\.what) }

    @Test func commentsAndStringsAreNoCode() {
        let text = """
            // fatalError
            /* a /* nested */ await */ let a = "Task \\(b.c) \\"Date" + #"raw " async"#
            let long = \"\"\"
                await "quoted"
                \"\"\"
            """
        #expect(Lexer.tokens(of: text).map(\.text) == ["let", "a", "=", "\"\"", "b", ".", "c", "+", "\"\"", "let", "long", "=", "\"\""])
        #expect(Lexer.tokens(of: "a\nb /* \n */ c").map(\.line) == [1, 2, 3])
    }

    @Test func importsAreHeldToTheTable() {
        #expect(what(WallChecks.imports(file("public import Wire\nimport Foundation\nimport struct SDP.SDPLine"))) == [
            "RTP may not import Foundation", "RTP may not import SDP",
        ])
        #expect(what(WallChecks.imports(file("import Wire", module: "Stray"))) == ["Stray is not in the layer table"])
        #expect(WallChecks.imports(file("import Glibc\nimport CSockets", module: "MediaIO")).isEmpty)
        #expect(what(WallChecks.imports(file("import CCrypto", module: "MediaCore"))) == ["MediaCore may not import CCrypto"])
    }

    @Test func shimsAreNotHandedOn() {
        #expect(WallChecks.leakedShims(file("internal import CCrypto", module: "ICE")).isEmpty)
        #expect(what(WallChecks.leakedShims(file("public import CCrypto\n@_exported import Wire", module: "ICE"))) == [
            "CCrypto is imported publicly", "@_exported",
        ])
    }

    @Test func clocksLocksAndRandomnessAreFound() {
        #expect(what(WallChecks.impurities(file("func f() async { await g(); let d = Date() }"))) == ["async", "await", "Date"])
        #expect(what(WallChecks.impurities(file("Int.random(in: 0..<3)"))) == [".random draws system randomness"])
        #expect(WallChecks.impurities(file("Int.random(in: 0..<count(a), using: &generator); call.random.next(); random(1)")).isEmpty)
        #expect(what(WallChecks.impurities(file("list.shuffled()"))) == [".shuffled draws system randomness"])
        #expect(what(WallChecks.impurities(ofC: "int a = time(NULL); // time(\nint time;", path: "a.c")) == ["time"])
    }

    @Test func trapsAreFound() {
        #expect(what(WallChecks.traps(file("let a = b!\nlet c = try! d()\nlet e = f as! G\nlet h: Int!"))) == ["b!", "try!", "as!", "Int!"])
        #expect(what(WallChecks.traps(file("a[0]!.b; c()!; \"x\"!"))) == ["]!", ")!", "\"\"!"])
        #expect(WallChecks.traps(file("if !a, b != c, (!d), [!e].isEmpty, a!=b { assert(true) }")).isEmpty)
        #expect(what(WallChecks.traps(file("fatalError(); precondition(a)"))) == ["fatalError", "precondition"])
    }

    @Test func exemptionsMustBeNeeded() {
        let finding = Finding(path: "a", line: 1, what: "x")
        let exemptions = [Exemption(path: "a", what: "x", reason: ""), Exemption(path: "b", what: "x", reason: "")]
        let (left, unused) = Exemption.filter([finding, Finding(path: "c", line: 1, what: "x")], exemptions)
        #expect(left.map(\.path) == ["c"])
        #expect(unused.map(\.path) == ["b"])
    }

    @Test func bodiesAreMeasured() {
        let text = """
            protocol P {
                func required() throws
                var property: Int { get }
            }
            struct S {
                var stored = { 1 }()
                var computed: Int {
                    1
                }
                init(a: () -> Void = { }) {
                    self.init()
                }
                func f<T>(
                    _ a: T
                ) -> Int where T: P {
                    var local: Int
                    for i in 0..<3 { local = i }
                    return 1
                }
                deinit { }
            }
            """
        #expect(file(text).bodies == [
            FunctionBody(name: "property", line: 3, length: 1), FunctionBody(name: "computed", line: 7, length: 3),
            FunctionBody(name: "init", line: 10, length: 3), FunctionBody(name: "f", line: 13, length: 7),
            FunctionBody(name: "deinit", line: 20, length: 1),
        ])
        let c = "static int a(void) {\n    return 1;\n}\n\nint b(int c,\n      int d) {\n}\nint e(void);\nenum {\n    f\n};\n"
        #expect(CFunctions.bodies(c) == [FunctionBody(name: "a", line: 1, length: 3), FunctionBody(name: "b", line: 5, length: 3)])
    }

    @Test func linesAreCountedAsEditorsDo() {
        #expect(file("a\nb\n").lineCount == 2)
        #expect(file("a\nb").lineCount == 2)
    }

    @Test func publicDeclarationsAreFound() {
        let text = """
            /// What it is.
            @frozen
            public struct A {}
            public final class B {}
                @inlinable public static func c() {}
            public import D
            struct E {}
            """
        let found = PublicDeclaration.list(file(text))
        #expect(found.map(\.finding.what) == ["struct A", "class B", "func c()"])
        #expect(found.map(\.isDescribed) == [true, false, false])
        #expect(found.map(\.isType) == [true, true, false])
        #expect(PublicDeclaration.leftovers(file("// TO" + "DO: later")).count == 1)
    }

    @Test func manifestIsRead() {
        let package = PackageManifest("""
                shim("CX", linking: ["x"]),
                module("A", ["Wire", "CX", log] + nio),
                module("Wire"),
                .executableTarget(name: "tool", dependencies: ["A", arguments], swiftSettings: strict),
                .package(url: "https://example.org/swift-log", from: "1.0.0"),
            """)
        #expect(package.dependencies == ["A": ["Wire", "CX"], "Wire": [], "tool": ["A"]])
        #expect(package.shims == ["CX"])
        #expect(package.urls == ["swift-log"])
    }

    @Test func staleDocumentsAreFound() {
        let text = """
            See `Sources/A.swift`, `Sources/Gone.swift`, `B.swift`, `Gone.swift`, `ng.md` and
            [this](ng.md), [that](gone.md#x), [web](https://example.org).
            Run `make test` or `make tset`; `--interface=A` or `--no-such`.
            ```
            make demo SWIFT=x   # shows it
            swift build --other
            rtpbridge --listen-ng=1 \\
                --wrong
            ```
            """
        let document = Markdown(path: "proto/x.md", text: text)
        let missing = document.missingFiles(names: ["B.swift", "ng.md"]) { $0 == "Sources/A.swift" || $0 == "proto/ng.md" }
        #expect(missing.map(\.what) == ["Sources/Gone.swift is not there", "Gone.swift is not there", "gone.md#x is not there"])
        #expect(document.missingTargets(makefile: "test: unit\n\tx\nSWIFT = y\n").map(\.what) == ["make tset", "make demo"])
        #expect(document.daemonOptions.map(\.name) == ["interface", "no-such", "listen-ng", "wrong"])
    }

    @Test func optionTableIsRead() {
        let table = "`not` this\n| option | value |\n| `delete-delay` `-d` | `wrong` |\n| `mos` `listen-ng` `-n` | P1 |"
        #expect(DaemonOptions.names(in: table).isSuperset(of: ["delete-delay", "mos", "listen-ng"]))
        #expect(DaemonOptions.names(in: table).isDisjoint(with: ["not", "this", "d", "-d", "option", "wrong"]))
    }
}
