@testable import ControlPlane
import NGProtocol
import Testing
import Wire

/// Branches that leave after a delay, while others are told to.
@Suite struct BranchTimerTests {
    /// One phone calls as many as there are names; each answers.
    private func fork(_ test: TestPlane, to tags: [String]) async throws {
        for tag in tags {
            _ = try await test.offer("call", ["via-branch": .string("z" + tag)])
            let answer = try await test.request([
                "command": "answer", "call-id": "call", "from-tag": "a", "to-tag": .string(tag), "via-branch": .string("z" + tag),
                "sdp": .string(SDPText.pcmu(4_010)),
            ])
            #expect(answer["result"] == "ok")
        }
    }

    private func delete(_ tag: String, _ delay: Int) -> NGDictionary {
        [
            "command": "delete", "call-id": "call", "from-tag": "a", "to-tag": .string(tag), "flags": ["to-tag"],
            "delete-delay": .integer(Int64(delay)),
        ]
    }

    private func tags(_ test: TestPlane) async throws -> [String]? {
        let query = try await test.request(["command": "query", "call-id": "call"])
        guard case .dictionary(let tags) = query["tags"] else { return nil }
        return tags.entries.map(\.key).sorted()
    }

    /// A branch's time comes while the call is busy with the `delete` of another one.
    @Test func oneThatIsDueWhileAnotherIsDeleted() async throws {
        try await TestPlane.with { test async throws in
            try await fork(test, to: ["b", "c", "d"])
            _ = try await test.request(delete("b", 10))
            let session = try #require(await test.plane.registry?.byCallID["call"])
            let command = try NGRequest(delete("c", 30)).command
            // The timer rings at the end of this turn, behind the command.
            await withCheckedContinuation { continuation in
                Task { @ControlActor in
                    test.time.pass(.seconds(11))
                    session.post(.request(command) { _ in continuation.resume() })
                }
            }
            await test.pass(.seconds(1))
            #expect(try await tags(test) == ["a", "c", "d"])
            await test.pass(.seconds(30))
            #expect(try await tags(test) == ["a", "d"])
        }
    }

    /// A client that asks again and again leaves nothing behind, and the last delay counts.
    @Test func oneThatIsDeletedAgainAndAgain() async throws {
        try await TestPlane.with { test async throws in
            try await fork(test, to: ["b", "c"])
            for delay in [5, 6, 7, 20] { _ = try await test.request(delete("b", delay)) }
            let session = try #require(await test.plane.registry?.byCallID["call"])
            #expect(await session.leaving.count == 1)
            await test.pass(.seconds(8))
            #expect(try await tags(test) == ["a", "b", "c"])
            await test.pass(.seconds(13))
            #expect(try await tags(test) == ["a", "c"])
        }
    }
}
