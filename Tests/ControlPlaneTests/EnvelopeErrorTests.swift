import NGProtocol
import Testing

/// Requests that say nothing that can be carried out, over a real socket: rtpengine's texts, byte for byte.
@Suite struct EnvelopeErrorTests {
    @Test func exactTexts() async throws {
        try await TestPlane.with { test async throws in
            #expect(try await test.raw("1 d7:command4:pinge") == "1 d6:result4:ponge")
            #expect(try await test.raw("2 ") == "2 d6:result5:error12:error-reason25:Invalid data (no payload)e")
            #expect(try await test.raw("3 d7:command4:ping") == "3 d6:result5:error12:error-reason35:Could not decode bencode dictionarye")
            #expect(try await test.raw("4 x") == "4 d6:result5:error12:error-reason22:Invalid NG data formate")
            #expect(try await test.raw("5 de") == "5 d6:result5:error12:error-reason36:Dictionary contains no key \"command\"e")
            #expect(try await test.raw("6 d7:command15:start_recordinge") == "6 d6:result5:error12:error-reason20:Unrecognized commande")
            #expect(try await test.raw("7 d7:command4:liste") == "7 d5:callsle6:result2:oke")
        }
    }

    @Test func inJSON() async throws {
        try await TestPlane.with { test async throws in
            #expect(try await test.raw(#"1 {"command":"ping"}"#) == #"1 {"result":"pong"}"#)
            #expect(try await test.raw(#"2 {"command":}"#) == #"2 {"result":"error","error-reason":"Failed to parse JSON document"}"#)
            #expect(try await test.raw(#"3 {"command":"list","limit":-1}"#)
                == #"3 {"result":"error","error-reason":"invalid limit, must be >= 0"}"#)
        }
    }

    @Test func withoutACookieThereIsNoReply() async throws {
        try await TestPlane.with { test async throws in
            for text in ["", " d7:command4:pinge", "nospace"] { test.client.send(Array(text.utf8), port: test.port) }
            #expect(try await test.raw("last d7:command4:pinge") == "last d6:result4:ponge")
        }
    }

    @Test func errorsAreRepeatedToo() async throws {
        try await TestPlane.with { test async throws in
            let first = try await test.raw("1 d7:command5:offere")
            #expect(try await test.raw("1 d7:command4:pinge") == first)
            #expect(first.contains("No SDP body in message"))
        }
    }
}
