@testable import ControlPlane
import Fuzzing
import Testing
import Wire

@Suite struct EventSettingTests {
    @Test func urls() throws {
        let plain = try WebhookURL("HTTP://Example.com")
        #expect(!plain.isSecure && plain.host == "Example.com" && plain.port == nil && plain.target == "/")
        let full = try WebhookURL("https://[2001:db8::1]:8443/a/b?token=x#part")
        #expect(full.isSecure && full.host == "2001:db8::1" && full.port == 8443 && full.target == "/a/b?token=x")
        #expect(full.absolute == "https://[2001:db8::1]:8443/a/b?token=x")
        #expect(try WebhookURL("http://h_1.local?x=1").target == "/?x=1")
    }

    @Test func theLogShowsNoToken() throws {
        #expect(try "\(WebhookURL("https://example.com/s3cret?token=x"))" == "https://example.com")
        let secret = try WebhookSecret("s3cret")
        var configuration = EventConfiguration()
        configuration.webhook = WebhookConfiguration(url: try WebhookURL("http://a"), secret: secret)
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("s3cret") && !dumped.contains("115") && !"\(configuration)".contains("s3cret"))
        #expect(!String(reflecting: configuration).contains("115, "))
    }

    @Test(arguments: [
        "", "http:", "http://", "http:///x", "http://a b", "http://a:0/", "http://a:65536/", "http://a:/", "http://-a/", "http://a..b/",
        "http://1.2.3/", "http://[::1", "http://[1.2.3.4]/", "http://[::1]x/", "http://h\u{e9}/", "http://a/\r\nX: y", "http://a/{b}",
        "//a/", "a",
    ])
    func whatIsNoURL(_ text: String) { #expect(throws: EventConfigurationError.malformedURL) { try WebhookURL(text) } }

    @Test func urlsThatAreNotTaken() {
        #expect(throws: EventConfigurationError.unsupportedScheme) { try WebhookURL("ftp://a/") }
        #expect(throws: EventConfigurationError.credentialsInURL) { try WebhookURL("https://user:pass@a/") }
        #expect(throws: EventConfigurationError.emptySecret) { try WebhookSecret("") }
    }

    @Test func hosts() throws {
        #expect(try EventHost("collector:9000").port == 9000)
        #expect(try "\(EventHost("[::1]:9")) \(EventHost("127.0.0.1:9"))" == "[::1]:9 127.0.0.1:9")
        for text in ["", "9000", "a:", ":9", "a:b", "::1:9", "a:70000", "a:0", "a b:9"] {
            #expect(throws: EventConfigurationError.malformedAddress) { try EventHost(text) }
        }
    }

    @Test func kinds() throws {
        #expect(try EventKind.list("dtmf, ended") == [.dtmf, .ended])
        #expect(try EventKind.list("all").count == EventKind.allCases.count)
        #expect(throws: EventConfigurationError.unknownKind("dmtf")) { try EventKind.list("dtmf,dmtf") }
        #expect(throws: EventConfigurationError.noKind) { try EventKind.list(" ,") }
    }

    @Test func requestTargets() throws {
        let target = try #require(RequestTarget("/events?call-id=a%26b+c&x&call-id=%E2%82%AC&=v"))
        #expect(target.path == "/events")
        #expect(target.values(of: "call-id") == ["a&b+c", "\u{20ac}"])
        #expect(target.values(of: "x") == [""])
        #expect(RequestTarget("/")?.query == [])
        let long = "/" + String(repeating: "a", count: 9_000)
        for text in ["", "events", "*", "http://a/events", "/?a=%", "/?a=%4", "/?a=%zz", "/?a=%ff", long] {
            #expect(RequestTarget(text) == nil)
        }
        #expect(RequestTarget("/?" + String(repeating: "a&", count: 65)) == nil)
    }

    @Test func retryAfter() {
        let now: Int64 = 784_111_770
        #expect(RetryAfter.parse("120", unixSeconds: now) == .seconds(120))
        #expect(RetryAfter.parse("99999999999999999999999", unixSeconds: now) == .seconds(999_999_999))
        // RFC 9110's own example.
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:37 GMT", unixSeconds: now) == .seconds(7))
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:37 GMT", unixSeconds: now + 100) == .zero)
        #expect(RetryAfter.parse("Thu, 29 Feb 2024 00:00:00 GMT", unixSeconds: 1_709_164_799) == .seconds(1))
        let dates = ["Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"]
        for text in ["", "-1", "1.5", "soon"] + dates {
            #expect(RetryAfter.parse(text, unixSeconds: now) == nil)
        }
    }

    /// Nothing that comes from outside can trap, and what is taken can be written and read again.
    @Test func damagedTexts() throws {
        let corpus = [
            "https://user@[2001:db8::1]:8443/a?b=c#d", "http://127.0.0.1:80/events", "collector.example:9000", "[::1]:1",
            "/events?call-id=a%26b&call-id=%E2%82%AC", "Sun, 06 Nov 1994 08:49:37 GMT", "120", "dtmf,ended,all",
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: 4_711, corpus: corpus, alphabet: Array("[]:/?#@%&=.,-09aZ \r".utf8) + [0, 0xff])
        for _ in 0..<20_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            if let url = try? WebhookURL(text) { #expect(try WebhookURL(url.absolute) == url) }
            if let host = try? EventHost(text) { #expect(try EventHost("\(host)") == host) }
            if let target = RequestTarget(text) { #expect(text.hasPrefix(target.path)) }
            if let wait = RetryAfter.parse(text, unixSeconds: 0) { #expect(wait >= .zero) }
            _ = try? EventKind.list(text)
        }
    }
}
