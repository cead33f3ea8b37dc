import RTP
import Testing
import Wire

/// RFC 3389 section 3.
@Suite struct ComfortNoiseTests {
    @Test func theFirstByteIsTheLevel() {
        #expect([UInt8]([40, 1, 2, 3]).withBytes(ComfortNoise.level) == 40)
        #expect([UInt8]([0x80 | 40]).withBytes(ComfortNoise.level) == 40, "the top bit is reserved")
        #expect([UInt8]().withBytes(ComfortNoise.level) == nil)
    }

    @Test(arguments: [(0, 0), (40, 40), (127, 127), (200, 127)] as [(UInt8, UInt8)])
    func writesTheLevel(_ level: UInt8, _ byte: UInt8) {
        var payload: [UInt8] = [0xff, 0xff]
        let fits = payload.withMutableBytes { ComfortNoise.write(level: level, to: $0) }
        #expect(fits && payload == [byte, 0xff])
        var none: [UInt8] = []
        let fitsNone = none.withMutableBytes { ComfortNoise.write(level: level, to: $0) }
        #expect(!fitsNone)
    }
}
