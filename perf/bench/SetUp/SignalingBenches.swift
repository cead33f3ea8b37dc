import NGProtocol
import Negotiation
import SDP
import SRTP
import Wire

extension Bench {
    /// The control protocol.
    static var messages: [Bench] { [
        Bench.simple("ng/bencode, decode an offer", operations: 200) {
            let bytes = BencodeEncoder.encode(Exchange.message("offer", Descriptions.metaOffer, "whatsapp"))
            return { consume(bytes.withBytes { try? BencodeDecoder.decode($0) }) }
        },
        Bench.simple("ng/bencode, encode an offer", operations: 200) {
            let message = Exchange.message("offer", Descriptions.metaOffer, "whatsapp")
            return { consume(BencodeEncoder.encode(message)) }
        },
        Bench.simple("ng/options of an offer", operations: 200) {
            let flags = "trust-address replace-origin ICE=remove RTP/AVP codec-mask=opus"
            let message = Exchange.message("offer", Descriptions.metaOffer, flags)
            return { consume(try? NGRequest(message)) }
        },
    ] }

    /// SDP, and what an offer and its answer come to.
    static var descriptions: [Bench] { [
        parse("sdp/parse, plain offer", Descriptions.plainOffer),
        parse("sdp/parse, Meta's DTLS offer", Descriptions.metaOffer),
        write("sdp/write, plain offer", Descriptions.plainOffer),
        write("sdp/write, Meta's DTLS offer", Descriptions.metaOffer),
        exchange("negotiation/plain, offer", Exchange.plain) { consume(try? $0.offered()) },
        exchange("negotiation/plain, offer and answer", Exchange.plain) { exchange in
            guard let offered = try? exchange.offered() else { return }
            consume(try? exchange.answered(offered.dialogue))
        },
        exchange("negotiation/Meta's DTLS, offer", { try Exchange.meta($0) }, { consume(try? $0.offered()) }),
        exchange("negotiation/Meta's DTLS, offer and answer", { try Exchange.meta($0) }) { exchange in
            guard let offered = try? exchange.offered() else { return }
            consume(try? exchange.answered(offered.dialogue))
        },
        exchange("negotiation/Meta's DTLS without report, offer and answer", { try Exchange.meta($0, flags: "whatsapp no-sdp-report") }) {
            guard let offered = try? $0.offered() else { return }
            consume(try? $0.answered(offered.dialogue))
        },
    ] }

    private static func parse(_ name: String, _ text: String) -> Bench {
        .simple(name, operations: 200) { { consume(try? SessionDescription(parsing: text)) } }
    }

    private static func write(_ name: String, _ text: String) -> Bench {
        .simple(name, operations: 200) {
            let description = try SessionDescription(parsing: text)
            return { consume(description.description) }
        }
    }

    private static func exchange(
        _ name: String, _ make: @escaping (DTLSCertificate) throws -> Exchange, _ body: @escaping (Exchange) -> Void
    ) -> Bench {
        .simple(name, operations: 100) {
            let exchange = try make(.generate())
            // What fails would look cheap.
            consume(try exchange.answered(try exchange.offered().dialogue))
            return { body(exchange) }
        }
    }
}
