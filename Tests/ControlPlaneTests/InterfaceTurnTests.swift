@testable import ControlPlane
import MediaIO
import Testing
import Wire

/// Interfaces that take turns under one name, and ports of their own.
@Suite struct InterfaceTurnTests {
    private func table(_ texts: String...) throws -> InterfaceTable {
        InterfaceTable(try texts.map { try #require(InterfaceAddress($0)) }, portRange: 23_000...23_099)
    }

    @Test func interfacesOfOneBaseTakeTurnsCallByCall() throws {
        let table = try table("pub:a/127.0.0.1", "pub:b/127.0.0.2", "pub:b/::1", "priv/127.0.0.3", "pub:c/127.0.0.4")
        func names(_ name: String?, _ turn: UInt64) -> [String] { table.interface(name, turn: turn).map(\.name) }
        #expect((0..<4).map { names("pub", $0) } == [["pub:a"], ["pub:b", "pub:b"], ["pub:c"], ["pub:a"]])
        // By their whole names they are interfaces like any other.
        #expect(names("pub:c", 0) == ["pub:c"])
        #expect(names("priv", 5) == ["priv"])
        #expect(names("nobody", 1) == ["pub:a"])
        #expect(table.families(of: "pub", turn: 1) == [.v4, .v6])
        #expect(table.families(of: "pub", turn: 2) == [.v4])
    }

    @Test func portsAreTheInterfacesOwn() throws {
        var own = try #require(InterfaceAddress("own/127.0.0.5"))
        own.portRange = 24_000...24_003
        own.excludedPorts = [24_000]
        let table = InterfaceTable(
            [try #require(InterfaceAddress("all/127.0.0.6")), own], portRange: 23_000...23_001, excluding: [23_001])
        #expect(table.entries.map(\.pool.total) == [1, 3])
        #expect(table.entries.map(\.pool.free) == [1, 3])
        let first = try table.entries[0].pool.lease()
        #expect(first.address.port == 23_000)
        #expect(throws: (any Error).self) { try table.entries[0].pool.lease() }
        let pair = try table.entries[1].pool.leasePair()
        #expect(pair.rtp.address.port == 24_002)
        #expect(try table.entries[1].pool.lease().address.port == 24_001)
    }
}
