import Fuzzing
import ICE
@testable import MediaIO
import Testing
import Wire

@Suite struct STUNOutlineTests {
    private func read(_ bytes: [UInt8]) -> STUNOutline? { bytes.withBytes { STUNOutline($0) } }

    @Test func aCheckNamesItsReceiver() throws {
        let outline = try #require(read(STUNCheck.request(to: "abcdefgh")))
        #expect(outline.isRequest && outline.hasIntegrity)
        #expect(outline.receiver == ICEFragment("abcdefgh"))
        #expect(outline.receiver != ICEFragment("abcdefg"))
    }

    @Test(arguments: [(UInt16(0x0001), true), (0x0011, false), (0x0101, false), (0x0111, false)])
    func onlyARequestIsOne(type: UInt16, isRequest: Bool) {
        #expect(read(STUNCheck.message(type: type, [(6, "abcd:efgh")]))?.isRequest == isRequest)
    }

    @Test(arguments: ["", "abcd", ":efgh", String(repeating: "a", count: 33) + ":efgh"])
    func aNameThatIsNoneOfOurs(name: String) throws {
        let outline = try #require(read(STUNCheck.message([(6, name)])))
        #expect(outline.isRequest && outline.receiver == nil)
    }

    @Test func whatTheAgentReadsIsWhatCounts() {
        #expect(read(STUNCheck.message([(6, "abcd:x"), (6, "efgh:x")]))?.receiver == ICEFragment("abcd"))
        #expect(read(STUNCheck.message([(6, "nobody"), (6, "efgh:x")]))?.receiver == nil)
        let afterIntegrity = STUNCheck.message([(8, "01234567890123456789"), (6, "abcd:x")])
        #expect(read(afterIntegrity)?.receiver == nil)
        #expect(read(afterIntegrity)?.hasIntegrity == true)
        #expect(read(STUNCheck.message([(0x8022, "abc"), (6, "abcd:x")]))?.receiver == ICEFragment("abcd"))
    }

    @Test func otherPacketsAreNoSTUN() {
        var foreign = STUNCheck.request(to: "abcd")
        foreign[4] ^= 1
        for bytes in [RelayCall.packet(1), [], [0, 1], [22, 254, 253] + Array(repeating: 0, count: 40), foreign] {
            #expect(read(bytes) == nil)
        }
    }

    @Test func fragmentsDifferByLengthToo() {
        #expect(ICEFragment("abcd") != ICEFragment("abcd\0"))
        #expect(ICEFragment("") == nil)
        #expect(ICEFragment(String(repeating: "a", count: 32)) != nil)
    }

    /// Whatever the agent takes for a message reads the same here, and nothing traps.
    @Test func damagedMessagesReadAsTheAgentReadsThem() {
        let corpus = [
            STUNCheck.request(to: "abcdefgh"), STUNCheck.request(to: "abcd", password: nil), STUNCheck.refusal(),
            STUNCheck.message([(6, "abcd:x"), (6, "efgh:x")]), STUNCheck.message([(6, "abcd")]),
            STUNCheck.message([(8, "01234567890123456789"), (6, "abcd:x")]), STUNCheck.message(type: 0x0011, []),
            Array(STUNCheck.message([(6, "abcd:x")]).dropLast(9)) + [0xff, 0xff, 1],
        ]
        var mutator = Mutator(seed: 0x5e7, corpus: corpus, alphabet: [0, 1, 4, 6, 8, 0x3a, 0xff], repair: STUNCheck.repairLength)
        var agreed = 0
        for _ in 0..<20_000 {
            mutator.next().withBytes { datagram in
                let outline = STUNOutline(datagram)
                guard let message = STUNMessage.parse(datagram) else { return }
                agreed += 1
                #expect(outline?.isRequest == (message.messageClass == .request))
                #expect(outline?.hasIntegrity == message.hasIntegrity)
                let colon = message.username?.buffer.firstIndex(of: UInt8(ascii: ":"))
                let receiver = colon.flatMap { message.username?.slice(0, $0) }.flatMap { ICEFragment($0) }
                #expect(outline?.receiver == receiver)
            }
        }
        #expect(agreed > 500) // else the mutations do not reach the attributes
    }
}
