import Foundation

/// The descriptions of Tests/Fixtures/sdp: Meta's own samples and those of one integrator, both signalling kinds.
enum SDPSamples {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/sdp")

    static let all: [(name: String, text: String)] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".sdp") }.sorted().compactMap { name in
            (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)).map { (name, $0) }
        }
    }()

    static func text(_ name: String) -> String { all.first { $0.name == name + ".sdp" }?.text ?? "" }

    /// A description with a line of every kind, known or not, in an order that nobody would choose.
    static let odd = """
        v=0
        o=- 18446744073709551616 1 IN IP6 2001:db8::1
        s= 
        i=a call
        u=http://example.com/
        e=someone@example.com
        p=+1 555
        c=IN IP6 2001:db8::1
        b=X-YZ:128
        t=0 0
        r=7d 1h 0 25h
        z=2882844526 -1h
        k=clear:nothing
        a=X-unknown
        a=X-unknown:with value: and a colon
        q=not a letter of the standard
        m=video 49170/2 RTP/AVP 31
        i=second
        b=AS:64
        a=sendonly
        m=audio 0 RTP/AVP 0 8
        c=IN IP4 224.2.1.1/127/3
        a=rtpmap:0 PCMU/8000
        a=recvonly
        a=X-after
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        a=sctp-port:5000

        """
}
