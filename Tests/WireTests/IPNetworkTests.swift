import Fuzzing
import Testing
import Wire

/// CIDR networks: read, printed, and who is in them.
@Suite struct IPNetworkTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.0/24"), ("192.0.2.77/24", "192.0.2.0/24"), ("192.0.2.1", "192.0.2.1/32"), ("10.9.8.7/0", "0.0.0.0/0"),
        ("10.9.8.7/32", "10.9.8.7/32"), ("2001:DB8::/32", "2001:db8::/32"), ("2001:db8:ffff::1/33", "2001:db8:8000::/33"),
        ("2001:db8::1", "2001:db8::1/128"), ("2001:db8::ffff/127", "2001:db8::fffe/127"), ("::/0", "::/0"),
        ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"),
    ])
    func readsAndPrints(_ text: String, _ printed: String) {
        #expect(IPNetwork(text)?.description == printed)
    }

    @Test(arguments: [
        "", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/24/24", "192.0.2/24", "192.0.2.0/ 24",
        "::/129", "::/1a", "example.com/24", "192.0.2.0/99999999999999999999", "192.0.2.0/２４",
    ])
    func refuses(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::", false), ("::/0", "0.0.0.0", false), ("::/0", "ffff::", true),
        ("2a03:2880::/29", "2a03:2887::1", true), ("2a03:2880::/29", "2a03:2888::1", false), ("2001:db8::/64", "2001:db8::ffff:1", true),
        ("2001:db8::/64", "2001:db8:0:1::", false), ("2001:db8::8/125", "2001:db8::f", true), ("2001:db8::8/125", "2001:db8::10", false),
        ("192.0.2.7/32", "192.0.2.7", true), ("192.0.2.7/32", "192.0.2.6", false),
    ])
    func contains(_ network: String, _ address: String, _ isInside: Bool) throws {
        let network = try #require(IPNetwork(network)), address = try #require(IPAddress(address))
        #expect(network.contains(address) == isInside)
    }

    @Test func aPrefixThatTheFamilyDoesNotHaveIsNone() {
        #expect(IPNetwork(IPAddress(v4: 1), prefixLength: 33) == nil && IPNetwork(IPAddress(v4: 1), prefixLength: -1) == nil)
        #expect(IPNetwork(IPAddress(v6High: 1, low: 1), prefixLength: 129) == nil)
        #expect(IPNetwork(IPAddress(v6High: 1, low: 1), prefixLength: 128) != nil)
    }

    /// Whatever is read is printed so that it reads the same again, and holds its own address and no other family's.
    @Test func damagedTextIsReadOrRefused() {
        let corpus = ["192.0.2.0/24", "10.0.0.0/8", "2001:db8::/32", "2a03:2880:f211:d1:face:b00c:0:699c/128", "::ffff:192.0.2.1/96", "::1"]
        var mutator = Mutator(seed: 20, corpus: corpus.map { Array($0.utf8) }, alphabet: Array("/:.0123456789abcdef".utf8))
        var read = 0
        for _ in 0..<100_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard let network = IPNetwork(text) else { continue }
            read += 1
            #expect(IPNetwork(network.description) == network, "\(text)")
            #expect(network.contains(network.address))
            #expect(!network.contains(network.address.family == .v4 ? IPAddress(v6High: 0, low: 0) : IPAddress(v4: 0)))
        }
        #expect(read > 5_000, "\(read)")
    }
}
