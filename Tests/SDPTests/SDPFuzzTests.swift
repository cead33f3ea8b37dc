import Fuzzing
import SDP
import Testing

@Suite struct SDPFuzzTests {
    /// Inputs that once were, or could have been, trouble; every run starts with them.
    static let kept = [
        "v=0\r\n", "v=0\nm=audio 9 RTP/AVP", "v=0\nm= 9 a b", "v=0\n\u{301}=x", "v=0\na=:", "v=0\na=", "v=0\nc=IN IP4 /",
            "v=0\no=a b c IN IP6 ::",
        "v=0\nm=audio 9/255 RTP/AVP 0\na=rtpmap:0 a/1/\na=candidate:  typ \na=rtcp:\na=crypto:\na=group:\na=fmtp:0\na=ptime:\n",
    ]

    /// Whatever comes in: no trap, and what is accepted is stable, so that our own output can be read again.
    @Test func acceptedTextIsAFixedPointAndNothingTraps() throws {
        let corpus = Self.kept + SDPSamples.all.map(\.text) + [SDPSamples.odd]
        var mutator = Mutator(seed: 0x5d9, corpus: corpus.map { Array($0.utf8) }, alphabet: Array("0123456789:/=\r\n amvco-.".utf8))
        var accepted = 0
        for round in 0..<4000 {
            let text = round < corpus.count ? corpus[round] : String(decoding: mutator.next(), as: UTF8.self)
            guard let description = try? SessionDescription(parsing: text) else { continue }
            accepted += 1
            let written = description.description
            let again = try SessionDescription(parsing: written)
            #expect(again == description && again.description == written)
            touch(description)
        }
        #expect(accepted > 700)
    }

    /// Every typed view, for its side effects alone: none may trap.
    private func touch(_ description: SessionDescription) {
        _ = (description.origin, description.sessionName, description.bundledMIDs, description.connection?.ip, description.direction)
        for media in description.media {
            _ = (media.mediaLine, media.rtpMaps, media.packetTime, media.maximumPacketTime, media.rtcp, media.mid, media.candidates)
            _ = (description.isICELite(media), description.connection(of: media)?.ip, description.direction(of: media))
            for format in media.formats {
                guard let type = RTPMap.payloadType(format) else { continue }
                _ = (media.formatParameters(of: type).map(FormatParameters.init), media.feedback(of: type))
            }
        }
    }
}
