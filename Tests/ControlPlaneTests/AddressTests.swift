@testable import ControlPlane
import Testing
import Wire

@Suite struct AddressTests {
    @Test func listenAddresses() {
        #expect(ListenAddress("127.0.0.1:22222") == ListenAddress(ip: IPAddress(v4: 0x7f00_0001), port: 22222))
        #expect(ListenAddress("22222") == ListenAddress(ip: nil, port: 22222))
        #expect(ListenAddress("[::1]:5") == ListenAddress(ip: IPAddress("::1"), port: 5))
        #expect(ListenAddress("[::1]:5")?.description == "[::1]:5")
        let wrong = [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+5", "::1:5", "[127.0.0.1]:5", "host:5", "-1", "[::1]",
            "70000",
        ]
        for text in wrong {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
    }

    @Test func interfaces() {
        let local = IPAddress(v4: 0x0a00_0005)
        #expect(InterfaceAddress("10.0.0.5") == InterfaceAddress(name: "default", local: local, advertised: local))
        #expect(InterfaceAddress("10.0.0.5!203.0.113.9") == InterfaceAddress(local: local, advertised: IPAddress("203.0.113.9")))
        #expect(InterfaceAddress("pub/10.0.0.5!203.0.113.9")?.name == "pub")
        #expect(InterfaceAddress("pub/2001:db8::1!2001:db8::2")?.advertised == IPAddress("2001:db8::2"))
        #expect(InterfaceAddress("[2001:db8::1]")?.local == IPAddress("2001:db8::1"))
        for text in ["", "/10.0.0.5", "10.0.0.5!", "!10.0.0.5", "10.0.0.5!2001:db8::1", "0.0.0.0", "pub/", "a/b/10.0.0.5", "10.0.0.5!any"] {
            #expect(InterfaceAddress(text) == nil, "\(text)")
        }
    }
}
