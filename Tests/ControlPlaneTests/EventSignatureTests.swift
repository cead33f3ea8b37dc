@testable import ControlPlane
import Testing

/// RFC 4231 section 4, and a signature that was computed elsewhere.
@Suite struct EventSignatureTests {
    struct Vector: Sendable {
        var key: [UInt8]
        var data: [UInt8]
        var code: String
    }

    static let vectors = [
        Vector(
            key: Array(repeating: 0x0b, count: 20), data: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), data: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: Array(repeating: 0xaa, count: 20), data: Array(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), data: Array(repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: Array(repeating: 0xaa, count: 131), data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        // The empty key and text; RFC 4231 has none.
        Vector(key: [], data: [], code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]

    @Test(arguments: vectors) func vector(_ vector: Vector) throws {
        let code = try #require(WebhookSignature.code(key: vector.key, vector.data))
        #expect(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == vector.code)
    }

    @Test func theTimestampIsSigned() throws {
        let secret = try WebhookSecret("s3cret")
        let body = Array("{\"event\":\"dtmf\"}".utf8)
        #expect(WebhookSignature.header(secret, timestamp: 1_781_270_400, body: body) == Self.known)
        #expect(WebhookSignature.header(secret, timestamp: 1_781_270_401, body: body) != Self.known)
    }

    static let known = "sha256=230d3af056a06131e22ba3e60c1e0808c88c913a8a743654d5374aced53afeee"
}
