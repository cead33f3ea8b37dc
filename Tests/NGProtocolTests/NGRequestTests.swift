import NGProtocol
import Testing

@Suite struct NGRequestTests {
    private func error(_ dictionary: NGDictionary) -> NGError? {
        do throws(NGError) { _ = try NGRequest(dictionary) } catch { return error }
        return nil
    }

    @Test func ping() throws { #expect(try NGRequest(["command": "ping"]).command == .ping) }

    @Test func namesWhatIsMissingInOrder() {
        #expect(error([:]) == .noCommand)
        #expect(error(["command": "start_recording"]) == .unrecognizedCommand)
        #expect(error(["command": "Ping"]) == .unrecognizedCommand)
        #expect(error(["command": "answer"]) == .noSDP)
        #expect(error(["command": "answer", "sdp": "v=0"]) == .noCallID)
        #expect(error(["command": "answer", "sdp": "v=0", "call-id": ""]) == .noCallID)
        #expect(error(["command": "answer", "sdp": "v=0", "call-id": "c"]) == .noFromTag)
        #expect(error(["command": "answer", "sdp": "v=0", "call-id": "c", "from-tag": "f"]) == .noToTag)
        #expect(error(["command": "offer", "sdp": "v=0", "call-id": "c", "from-tag": "f"]) == nil)
        #expect(error(["command": "delete"]) == .noCallID)
        #expect(error(["command": "query", "from-tag": "f"]) == .noCallID)
    }

    @Test func limitOfList() throws {
        #expect(try NGRequest(["command": "list"]).command == .list(limit: 32))
        #expect(try NGRequest(["command": "list", "limit": "0"]).command == .list(limit: 0))
        #expect(error(["command": "list", "limit": -1]) == .invalidLimit)
        #expect(try NGRequest(["command": "list", "limit": "many"]).command == .list(limit: 32))
    }

    @Test func deleteHeedsTheToTagOnlyWhenTold() throws {
        let base: NGDictionary = [
            "command": "delete", "call ID": "c", "from tag": "f", "to_tag": "t", "delete delay": 5, "delete-delay": "7",
        ]
        guard case .delete(let plain) = try NGRequest(base).command else { throw NGError.noCommand }
        #expect(plain.toTag == nil)
        #expect(plain.fromTag == "f")
        #expect(plain.delay == 7)
        var told = base
        told["flags"] = ["to-tag", "fatal", "fast"]
        guard case .delete(let command) = try NGRequest(told).command else { throw NGError.noCommand }
        #expect(command.toTag == "t")
        #expect(command.isFatal && command.isFast)
    }

    @Test func anAnswerMayNotAskForWhatOnlyOffersMay() throws {
        let request: NGDictionary = [
            "command": "answer", "sdp": "v=0", "call-id": "c", "from-tag": "f", "to-tag": "t", "DTLS": "passive", "ptime": "20",
            "codec": ["transcode": ["PCMU"], "mask": ["opus"], "strip": ["G722"]], "flags": ["reset"],
        ]
        guard case .answer(let answer) = try NGRequest(request).command else { throw NGError.noCommand }
        #expect(answer.media.codecs.transcode.isEmpty && answer.media.codecs.mask.isEmpty)
        #expect(answer.media.codecs.strip == ["G722"])
        #expect(answer.media.packetTime == nil)
        #expect(!answer.media.resetsNegotiation)
        #expect(answer.media.dtls.mode == .unspecified)
    }

    @Test func loadLimitIsForThoseWhoKnowIt() {
        #expect(NGReply.refused(.sessions, clientKnowsLoadLimit: true).dictionary
            == ["result": "load limit", "message": "Parallel session limit reached"])
        #expect(NGReply.refused(.cpu, clientKnowsLoadLimit: false).dictionary
            == ["result": "error", "error-reason": "Parallel session limit reached"])
    }
}
