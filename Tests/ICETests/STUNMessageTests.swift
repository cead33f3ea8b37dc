import ICE
import Testing
import Wire

@Suite struct STUNMessageTests {
    private func parse<R>(_ bytes: [UInt8], _ body: (STUNMessage?) -> R) -> R {
        bytes.withBytes { body(STUNMessage.parse($0)) }
    }

    @Test(arguments: [
        (UInt16(0x0001), STUNMessage.Class.request, UInt16(1)), (0x0011, .indication, 1), (0x0101, .success, 1), (0x0111, .error, 1),
        (0x0003, .request, 3), (0x3eef, .request, 0xfff), (0x3fff, .error, 0xfff),
    ])
    func typeHoldsClassAndMethod(type: UInt16, messageClass: STUNMessage.Class, method: UInt16) {
        parse(STUNSamples.message(type: type, [])) { message in
            #expect(message?.messageClass == messageClass)
            #expect(message?.method == method)
        }
        var buffer = [UInt8](repeating: 0, count: 20)
        let length = buffer.withMutableBytes {
            STUNWriter(into: $0, messageClass: messageClass, method: method, transactionID: STUNSamples.transactionID).finish()
        }
        #expect(length == 20)
        #expect(buffer.withBytes { $0.u16(0) } == type)
    }

    @Test func refusesWhatIsNotOneWholeMessage() {
        let good = STUNSamples.message([(0x0006, Array("abcd:efgh".utf8))])
        #expect(parse(good) { $0 != nil })
        for length in 0..<good.count { #expect(parse(Array(good.prefix(length))) { $0 == nil }, "\(length) bytes") }
        #expect(parse(good + [0, 0, 0, 0]) { $0 == nil })
        var changed = good
        changed[0] = 0x80 // RTP
        #expect(parse(changed) { $0 == nil })
        changed = good
        changed[4] = 0x22 // the cookie
        #expect(parse(changed) { $0 == nil })
        changed = good
        changed[3] &+= 1 // not a multiple of four
        #expect(parse(changed) { $0 == nil })
    }

    @Test(arguments: [
        (UInt16(0x0006), 509), (0x0008, 16), (0x0009, 3), (0x0020, 4), (0x0024, 3), (0x0025, 4), (0x8029, 4), (0x802a, 12), (0x8028, 8),
    ])
    func refusesWrongLengths(type: UInt16, length: Int) {
        #expect(parse(STUNSamples.message([(type, Array(repeating: 1, count: length))])) { $0 == nil })
    }

    @Test func refusesAttributeBeyondTheEnd() {
        var message = STUNSamples.message([(0x8022, [1, 2, 3, 4])])
        message[23] = 5
        #expect(parse(message) { $0 == nil })
        message[22] = 0xff
        #expect(parse(message) { $0 == nil })
    }

    @Test func unknownAttributesBelow8000AreCounted() {
        parse(STUNSamples.message([(0x7ffe, [1]), (0xc057, [2]), (0x0030, [])])) { message in
            #expect(message?.unknownAttributeCount == 2)
            #expect(message?.unknownAttributes[0] == 0x7ffe)
            #expect(message?.unknownAttributes[1] == 0x0030)
        }
        let many = (0..<20).map { (UInt16(0x4000 + $0), [UInt8]()) }
        #expect(parse(STUNSamples.message(many)) { $0?.unknownAttributeCount } == STUNMessage.maximumUnknownAttributes)
    }

    @Test func firstOfTwoCounts() {
        parse(STUNSamples.message([(0x0024, [0, 0, 0, 1]), (0x0024, [0, 0, 0, 2]), (0x0006, [65]), (0x0006, [66])])) { message in
            #expect(message?.priority == 1)
            #expect(message?.username?.array == [65])
        }
    }

    @Test func nothingBehindTheIntegrityIsBelieved() {
        let integrity = (UInt16(0x0008), [UInt8](repeating: 0, count: 20))
        let message = STUNSamples.message([(0x0006, [65]), integrity, (0x0025, []), (0x0024, [0, 0, 0, 9]), (0x4000, [])])
        parse(message) { message in
            #expect(message?.hasIntegrity == true)
            #expect(message?.usesCandidate == false)
            #expect(message?.priority == nil)
            #expect(message?.unknownAttributeCount == 0)
        }
    }

    @Test func fingerprintIsTheLastOne() {
        let message = STUNSamples.written { writer in
            writer.appendFingerprint()
            writer.append(.useCandidate)
        }
        #expect(parse(message ?? []) { $0 == nil })
    }

    @Test(arguments: [(400, true), (401, true), (420, true), (487, true), (699, true), (299, false), (700, false)])
    func errorCode(code: Int, isValid: Bool) {
        let message = STUNSamples.written(.error) { $0.appendErrorCode(code) } ?? []
        #expect(parse(message) { $0?.errorCode } == (isValid ? code : nil))
    }

    @Test func unknownAttributeListIsPadded() {
        let message = STUNSamples.written(.error) { $0.appendUnknownAttributes(SIMD4(0x7ffe, 0x0030, 0x4001, 0), count: 3) }
        #expect(message?.suffix(12) == [0x00, 0x0a, 0x00, 0x06, 0x7f, 0xfe, 0x00, 0x30, 0x40, 0x01, 0x00, 0x00])
    }

    @Test(arguments: ["10.1.2.3", "fe80::1:2"])
    func mappedAddressRoundTrip(ip: String) {
        let address = TransportAddress(ip, port: 3478)
        let message = STUNSamples.written(.success) { writer in
            if let address { writer.appendXORMappedAddress(address) }
        } ?? []
        #expect(parse(message) { $0?.xorMappedAddress } == address)
    }

    @Test func smallBufferIsNoticed() {
        func fill(_ writer: inout STUNWriter) {
            Array("abcd:efgh".utf8).withBytes { writer.append(.username, $0) }
            writer.append(.priority, UInt32(1))
            Array("password".utf8).withBytes { writer.appendIntegrity(key: $0) }
            writer.appendFingerprint()
        }
        let whole = STUNSamples.written { fill(&$0) }?.count ?? 0
        #expect(whole == 76)
        for capacity in 0..<whole { #expect(STUNSamples.written(capacity: capacity) { fill(&$0) } == nil) }
        #expect(STUNSamples.written(capacity: whole) { fill(&$0) } != nil)
    }

    /// Keys around and beyond the block of SHA-1, 64 bytes.
    @Test func longKeys() {
        for length in [1, 63, 64, 65, 80, 200] {
            let password = String(repeating: "k", count: length)
            let message = STUNSamples.check(username: "a:b", password: password)
            #expect(parse(message) { message in Array(password.utf8).withBytes { message?.isAuthentic(key: $0) } } == true)
            let other = Array((password.dropLast() + "l").utf8)
            #expect(parse(message) { message in other.withBytes { message?.isAuthentic(key: $0) } } == false)
        }
    }
}
