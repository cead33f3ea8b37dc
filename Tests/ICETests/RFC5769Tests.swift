import ICE
import Testing
import Wire

@Suite struct RFC5769Tests {
    static let transactionID = STUNMessage.TransactionID(high: RFC5769.transactionIDHigh, low: RFC5769.transactionIDLow)

    @Test func sampleRequest() throws {
        try RFC5769.request.withBytes { datagram in
            let message = try #require(STUNMessage.parse(datagram))
            #expect(message.messageClass == .request)
            #expect(message.method == STUNMessage.bindingMethod)
            #expect(message.transactionID == Self.transactionID)
            #expect(message.software?.array == Array("STUN test client".utf8))
            #expect(message.username?.array == Array("evtj:h6vY".utf8))
            #expect(message.priority == 0x6e00_01ff)
            #expect(message.role == .controlled(tieBreaker: 0x932f_f9b1_5126_3b36))
            #expect(!message.usesCandidate)
            #expect(message.hasFingerprint)
            #expect(message.unknownAttributeCount == 0)
            #expect(RFC5769.password.withBytes { message.isAuthentic(key: $0) })
        }
    }

    @Test(arguments: [
        (RFC5769.responseV4, TransportAddress("192.0.2.1", port: 32853)),
        (RFC5769.responseV6, TransportAddress("2001:db8:1234:5678:11:2233:4455:6677", port: 32853)),
    ])
    func sampleResponse(response: [UInt8], mapped: TransportAddress?) throws {
        try response.withBytes { datagram in
            let message = try #require(STUNMessage.parse(datagram))
            #expect(message.messageClass == .success)
            #expect(message.software?.array == Array("test vector".utf8))
            #expect(message.xorMappedAddress == mapped)
            #expect(message.hasFingerprint)
            #expect(RFC5769.password.withBytes { message.isAuthentic(key: $0) })
        }
    }

    @Test func longTermRequest() throws {
        try RFC5769.longTermRequest.withBytes { datagram in
            let message = try #require(STUNMessage.parse(datagram))
            #expect(message.username?.array == Array("マトリックス".utf8))
            #expect(!message.hasFingerprint)
            #expect(RFC5769.longTermKey.withBytes { message.isAuthentic(key: $0) })
        }
    }

    @Test func buildsSampleRequestByteForByte() {
        var buffer = [UInt8](repeating: 0xaa, count: 200)
        let length = buffer.withMutableBytes { buffer in
            var writer = STUNWriter(into: buffer, messageClass: .request, transactionID: Self.transactionID)
            Array("STUN test client".utf8).withBytes { writer.append(.software, $0) }
            writer.append(.priority, UInt32(0x6e00_01ff))
            writer.append(.controlled(tieBreaker: 0x932f_f9b1_5126_3b36))
            Array("evtj:h6vY".utf8).withBytes { writer.append(.username, $0, padding: 0x20) }
            RFC5769.password.withBytes { writer.appendIntegrity(key: $0) }
            writer.appendFingerprint()
            return writer.finish()
        }
        #expect(length.map { Array(buffer.prefix($0)) } == RFC5769.request)
    }

    @Test(arguments: [
        (RFC5769.responseV4, TransportAddress("192.0.2.1", port: 32853)),
        (RFC5769.responseV6, TransportAddress("2001:db8:1234:5678:11:2233:4455:6677", port: 32853)),
    ])
    func buildsSampleResponsesByteForByte(response: [UInt8], mapped: TransportAddress?) throws {
        let mapped = try #require(mapped)
        var buffer = [UInt8](repeating: 0xaa, count: 200)
        let length = buffer.withMutableBytes { buffer in
            var writer = STUNWriter(into: buffer, messageClass: .success, transactionID: Self.transactionID)
            Array("test vector".utf8).withBytes { writer.append(.software, $0, padding: 0x20) }
            writer.appendXORMappedAddress(mapped)
            RFC5769.password.withBytes { writer.appendIntegrity(key: $0) }
            writer.appendFingerprint()
            return writer.finish()
        }
        #expect(length.map { Array(buffer.prefix($0)) } == response)
    }

    @Test func wrongPasswordFails() throws {
        try RFC5769.request.withBytes { datagram in
            let message = try #require(STUNMessage.parse(datagram))
            #expect(!Array("VOkJxbRl1RmTxUk/WvJxBu".utf8).withBytes { message.isAuthentic(key: $0) })
            #expect(!message.isAuthentic(key: .empty))
        }
    }

    /// FINGERPRINT covers every byte before it, and MESSAGE-INTEGRITY every byte before itself.
    @Test func everyBitCounts() {
        let fingerprintType = RFC5769.request.count - 8..<RFC5769.request.count - 6 // another type is another attribute
        for index in RFC5769.request.indices where !fingerprintType.contains(index) {
            var changed = RFC5769.request
            changed[index] ^= 0x10
            #expect(changed.withBytes { STUNMessage.parse($0) == nil }, "byte \(index)")
        }
        let withoutFingerprint = STUNSamples.withoutFingerprint(RFC5769.request)
        let integrityStart = withoutFingerprint.count - 24
        for index in 8..<integrityStart {
            var changed = withoutFingerprint
            changed[index] ^= 0x01
            let isBelieved = changed.withBytes { datagram in
                STUNMessage.parse(datagram).map { message in RFC5769.password.withBytes { message.isAuthentic(key: $0) } } ?? false
            }
            #expect(!isBelieved, "byte \(index)")
        }
    }
}
