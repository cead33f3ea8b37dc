import Testing
import Wire

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2a03:2880:f211:d1:face:b00c:0:699c", "2a03:2880:f211:d1:face:b00c:0:699c"),
        ("1::", "1::"), ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ])
    func readsAndPrints(_ text: String, _ printed: String) {
        #expect(IPAddress(text)?.description == printed)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g",
        "1.2.3.4::", "+1::", "1:2:3:4:5:6:7::8",
    ])
    func refuses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func anAddressWithAPort() {
        #expect(TransportAddress("::1", port: 5).map(String.init(describing:)) == "[::1]:5")
        #expect(TransportAddress("127.9.8.7", port: 65535).map(String.init(describing:)) == "127.9.8.7:65535")
    }
}
