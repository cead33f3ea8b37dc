import ControlPlane
import Fuzzing
import Testing
import Wire

@Suite struct SourceSetsTests {
    @Test(arguments: ["31.13.65.130", "157.240.19.130", "57.144.135.35", "2a03:2880:f211:d1:face:b00c:0:699c"])
    func metaIsKnown(_ address: String) throws {
        let ip = try #require(IPAddress(address))
        let meta = try #require(SourceSets.builtIn.networks["meta"])
        #expect(meta.contains { $0.contains(ip) })
        #expect(!meta.contains { $0.contains(IPAddress(v4: 0x0a00_0001)) })
    }

    @Test func aFileAddsAndReplaces() throws {
        let sets = try SourceSets(parsing: """
            # ours
            pbx = 10.1.0.0/16, 10.2.0.1   # two
            meta = 192.0.2.0/24
            pbx = 2001:db8::/32
            """)
        #expect(sets.networks["pbx"]?.map(\.description) == ["10.1.0.0/16", "10.2.0.1/32", "2001:db8::/32"])
        #expect(sets.networks["meta"]?.map(\.description) == ["192.0.2.0/24"])
    }

    @Test(arguments: ["pbx 10.0.0.0/8", "= 10.0.0.0/8", "a=1\nb = 10.0.0.0/33", "10.0.0.1 = 10.0.0.1", "meta ="])
    func aWrongLineIsNamed(_ text: String) {
        #expect(throws: SourceSets.Problem.self) { try SourceSets(parsing: text) }
    }

    @Test func noTextTrapsTheParser() {
        var mutator = Mutator(
            seed: 11, corpus: ["pbx = 10.1.0.0/16, 2001:db8::/32 # x\nmeta=::/0".utf8, "a = 1.2.3.4/0\n\n=,/".utf8].map(Array.init),
            alphabet: Array("=/,#: \n\u{0}".utf8))
        var read = 0
        for _ in 0..<20_000 where (try? SourceSets(parsing: String(decoding: mutator.next(), as: UTF8.self))) != nil { read += 1 }
        #expect(read > 100)
    }
}
