@testable import MediaIO
import Testing

@Suite struct SocketTableTests {
    @Test func aTokenFindsItsSocket() throws {
        var table = SocketTable()
        let tokens = (0..<5).map { table.insert(SocketTable.Entry(descriptor: Int32(10 + $0), call: $0, slot: 2 * $0)) }
        #expect(Set(tokens).count == 5)
        for (number, token) in tokens.enumerated() {
            let entry = table[try #require(table.index(of: token))]
            #expect(entry.descriptor == Int32(10 + number) && entry.call == number && entry.slot == 2 * number)
        }
    }

    @Test func theTokenOfAClosedSocketFindsNothing() {
        var table = SocketTable()
        let token = table.insert(SocketTable.Entry(descriptor: 3, call: 0, slot: 0))
        table.remove(token)
        #expect(table.index(of: token) == nil)
    }

    @Test func aLateTokenDoesNotReachTheNextSocketOfThatNumber() throws {
        var table = SocketTable()
        let old = table.insert(SocketTable.Entry(descriptor: 3, call: 0, slot: 0))
        table.remove(old)
        let new = table.insert(SocketTable.Entry(descriptor: 3, call: 1, slot: 1))
        #expect(new != old)
        #expect(table.index(of: old) == nil)
        #expect(table[try #require(table.index(of: new))].call == 1)
        // Removing by the old token again must not close the new socket.
        table.remove(old)
        #expect(table.index(of: new) != nil)
    }

    @Test(arguments: [UInt64.max, 1, 1 << 32, UInt64(UInt32.max)])
    func aForeignTokenFindsNothing(token: UInt64) {
        var table = SocketTable()
        _ = table.insert(SocketTable.Entry(descriptor: 3, call: 0, slot: 0))
        #expect(table.index(of: token) == nil)
    }

    @Test func whatWasResetFindsNothingOfBefore() {
        var table = SocketTable()
        let first = table.insert(SocketTable.Entry(descriptor: 3, call: 0, slot: 0))
        table.remove(first)
        let second = table.insert(SocketTable.Entry(descriptor: 4, call: 0, slot: 0))
        table.reset()
        #expect(table.index(of: second) != nil && table.count == 1)
        table.remove(second)
        table.reset()
        #expect(table.count == 0)
        let third = table.insert(SocketTable.Entry(descriptor: 5, call: 1, slot: 0))
        #expect(table.index(of: first) == nil && table.index(of: second) == nil && table.index(of: third) == 0)
    }
}
