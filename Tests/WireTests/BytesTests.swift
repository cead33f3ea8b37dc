import Testing
import Wire

@Suite struct BytesTests {
    @Test func readsBigEndianAndNilOutside() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        bytes.withBytes { view in
            #expect(view.u8(0) == 1 && view.u16(1) == 0x0203 && view.u24(1) == 0x020304)
            #expect(view.u32(4) == 0x0506_0708 && view.u64(0) == 0x0102_0304_0506_0708)
            for offset in [-1, 8, .max, .min] {
                #expect(view.u8(offset) == nil && view.u16(offset) == nil && view.u24(offset) == nil)
                #expect(view.u32(offset) == nil && view.u64(offset) == nil)
            }
            #expect(view.u16(7) == nil && view.u24(6) == nil && view.u32(5) == nil && view.u64(1) == nil)
            #expect(view.slice(2, 3)?.array == [3, 4, 5] && view.slice(8, 0)?.count == 0)
            #expect(view.slice(1, .max) == nil && view.slice(9, 0) == nil && view.slice(-1, 1) == nil)
        }
    }

    @Test func writesOnlyWhatFits() {
        var bytes = [UInt8](repeating: 0, count: 6)
        bytes.withMutableBytes { view in
            #expect(view.set16(0, 0xaabb) && view.set24(2, 0x010203) && view.set8(5, 9))
            #expect(!view.set16(5, 1) && !view.set24(4, 1) && !view.set32(3, 1) && !view.set64(0, 1))
            #expect(!view.set8(6, 1) && !view.set8(-1, 1))
        }
        #expect(bytes == [0xaa, 0xbb, 1, 2, 3, 9])
    }

    @Test func anEmptyArrayLendsAnEmptyWindow() {
        [UInt8]().withBytes { #expect($0.isEmpty && $0.u8(0) == nil && $0.slice(0, 0) != nil) }
    }

    @Test func instantsSaturate() {
        #expect(MonotonicInstant.distantFuture + .seconds(1) == .distantFuture)
        #expect(MonotonicInstant(nanoseconds: 5) - MonotonicInstant(nanoseconds: 7) == Nanoseconds(-2))
    }
}
