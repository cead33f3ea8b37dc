import Fuzzing
import NGProtocol
import Testing
import Wire

/// Whatever the bytes, decoding returns; what decodes, encodes to something that decodes to the same.
@Suite struct BencodeFuzzTests {
    @Test func mutatedCaptures() {
        let corpus = (Fixtures.files(".ng") + Fixtures.files(".reply")).map(\.bytes)
        #expect(corpus.count > 100)
        var mutator = Mutator(seed: 0x6e67, corpus: corpus, alphabet: Array("0123456789:deli- =[],".utf8))
        var decoded = 0
        for _ in 0..<20_000 where check(mutator.next()) { decoded += 1 }
        // Some mutations leave a message whole: the test must reach beyond the first byte.
        #expect(decoded > 500)
    }

    /// Returns whether the datagram was a message.
    private func check(_ datagram: [UInt8]) -> Bool {
        datagram.withBytes { bytes in
            guard let envelope = NGEnvelope(bytes), let dictionary = try? envelope.decodeBencode() else { return false }
            let again = BencodeEncoder.encode(dictionary).withBytes { try? BencodeDecoder.decode($0).value }
            #expect(again == .dictionary(dictionary))
            let message = NGMessage(dictionary)
            #expect(message.warnings.count <= 32)
            _ = try? NGRequest(dictionary)
            return true
        }
    }

    @Test func mutatedFlagStrings() {
        let corpus = [
            "replace-origin replace-session-connection ICE=remove RTP/AVP DTLS=off rtcp-mux-demux codec-mask-opus codec-transcode-PCMU",
            "codec=[strip=[opus G722] transcode=[PCMU]] sdp-attr=[audio=[add=[a b]]] direction=priv direction=pub to-tag=x",
            "[[[[a]]]] = == [=] x=[y=[z=[w=[", "SRTP AVPF flags=[fatal fast] ptime=20",
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: 8, corpus: corpus, alphabet: Array("0123456789:deli- =[],".utf8))
        for _ in 0..<10_000 {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            #expect(NGMessage(["rtpp-flags": .string(text)]).warnings.count <= 32)
        }
    }
}
