import NGProtocol
import Testing
import Wire

@Suite struct BencodeTests {
    @Test func readsEachKind() throws {
        #expect(try NGValue.decode("i42e") == 42)
        #expect(try NGValue.decode("i-7e") == -7)
        #expect(try NGValue.decode("0:") == "")
        #expect(try NGValue.decode("4:ping") == "ping")
        #expect(try NGValue.decode("le") == [])
        #expect(try NGValue.decode("l1:ai1ee") == ["a", 1])
        #expect(try NGValue.decode("d7:command4:pinge") == ["command": "ping"])
    }

    @Test func keepsOrderAndRepetitions() throws {
        guard case .dictionary(let dictionary) = try NGValue.decode("d1:b1:x1:a1:y1:b1:ze") else { throw BencodeError.truncated }
        #expect(dictionary.entries.map(\.key) == ["b", "a", "b"])
        #expect(dictionary["b"] == "z")
        #expect(BencodeEncoder.encode(dictionary) == Array("d1:b1:x1:a1:y1:b1:ze".utf8))
    }

    @Test func stringsAreCountedInBytes() throws {
        #expect(try NGValue.decode("3:€") == "€")
        #expect(BencodeEncoder.encode("€") == Array("3:€".utf8))
        // CR LF is one character of a Swift string and two bytes of the wire.
        #expect(BencodeEncoder.encode("a\r\n") == Array("3:a\r\n".utf8))
    }

    @Test func keepsBytesThatAreNotUTF8() throws {
        let (value, length) = try ([UInt8]("2:a".utf8) + [0xff]).withBytes { bytes throws(BencodeError) in
            try BencodeDecoder.decode(bytes)
        }
        #expect(value == .bytes([0x61, 0xff]) && value.text == "a\u{fffd}" && value.data == [0x61, 0xff])
        #expect(length == 4)
    }

    @Test func valuesAreCounted() throws {
        let most = "l" + String(repeating: "i0e", count: BencodeDecoder.maximumValues - 1) + "e"
        #expect(try NGValue.decode(most).words.count == NGValue.maximumWords)
        let more = "l" + String(repeating: "i0e", count: BencodeDecoder.maximumValues) + "e"
        #expect(throws: BencodeError.tooLarge) { try NGValue.decode(more) }
    }

    /// A transport that carries recordings may take more than a datagram.
    @Test func longerMessagesAreTakenOnRequest() throws {
        let bytes = Array("100000:".utf8) + [UInt8](repeating: 0xff, count: 100_000)
        #expect(throws: BencodeError.tooLarge) { try bytes.withBytes { bytes throws(BencodeError) in try BencodeDecoder.decode(bytes) } }
        let (value, length) = try bytes.withBytes { bytes throws(BencodeError) in try BencodeDecoder.decode(bytes, maximumLength: 1 << 20) }
        #expect(value.data?.count == 100_000 && length == bytes.count)
    }

    @Test func leavesWhatFollows() throws {
        let (_, length) = try Array("d1:ai1eegarbage".utf8).withBytes { bytes throws(BencodeError) in try BencodeDecoder.decode(bytes) }
        #expect(length == 8)
    }

    /// As rtpengine has it: BEP 3 knows no leading zeros, in lengths neither.
    @Test func leadingZeros() throws {
        for text in ["i007e", "i00e", "04:ping", "00:"] { #expect(throws: BencodeError.self) { try NGValue.decode(text) } }
        for (text, value) in [("i0e", 0), ("i-0e", 0), ("i-07e", -7), ("0:", "")] as [(String, NGValue)] {
            #expect(try NGValue.decode(text) == value)
        }
    }

    @Test(arguments: ["", "d", "i", "i1", "4:abc", "4", "l", "d1:a", "d1:ai1e", "99999999999:"])
    func wantsMore(_ text: String) {
        #expect(throws: BencodeError.truncated) { try NGValue.decode(text) }
    }

    @Test func refusesWhatItIsNot() throws {
        #expect(throws: BencodeError.malformed(offset: 0)) { try NGValue.decode("x") }
        #expect(throws: BencodeError.malformed(offset: 1)) { try NGValue.decode("ie") }
        #expect(throws: BencodeError.malformed(offset: 2)) { try NGValue.decode("i-e") }
        #expect(throws: BencodeError.malformed(offset: 1)) { try NGValue.decode("di1ei2ee") }
        #expect(throws: BencodeError.malformed(offset: 1)) { try NGValue.decode("1x") }
        #expect(throws: BencodeError.malformed(offset: 20)) { try NGValue.decode("i99999999999999999999e") }
        #expect(throws: BencodeError.malformed(offset: 1)) { try NGValue.decode("i9223372036854775808e") }
        #expect(throws: BencodeError.malformed(offset: 2)) { try NGValue.decode("i-9223372036854775809e") }
        #expect(try NGValue.decode("i-9223372036854775808e") == .integer(.min))
    }

    @Test func boundsDepthAndLength() {
        let deep = BencodeDecoder.maximumDepth
        #expect(throws: Never.self) { try NGValue.decode(String(repeating: "l", count: deep) + String(repeating: "e", count: deep)) }
        #expect(throws: BencodeError.tooDeep) { try NGValue.decode(String(repeating: "l", count: deep + 1)) }
        let long = "65536:" + String(repeating: "a", count: 65_536)
        #expect(throws: BencodeError.tooLarge) { try NGValue.decode(long) }
    }
}
