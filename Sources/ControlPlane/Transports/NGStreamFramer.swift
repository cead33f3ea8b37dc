import NGProtocol

/// Finds the messages in a stream of `COOKIE SP bencode`, which nothing separates: a message is over where its value is.
///
/// Bytes are looked at once, however they are cut: a string that has not come whole is waited for by its length.
struct NGStreamFramer {
    /// A message may be so long [bytes]; recordings come in `play media`.
    static let maximumLength = 1 << 20
    /// What begins no message may wait for its sense so long; rtpengine's limit [bytes].
    static let maximumUnparsed = 1_024
    /// Bencode in front of which nobody wrote a cookie is not looked for further than that either.
    private static let maximumDepth = 64

    private var buffer: [UInt8] = []
    /// Where the message begins.
    private var start = 0
    /// Where the next byte to look at is.
    private var position = 0
    private var isInPayload = false
    private var depth = 0
    private var isMalformed = false

    mutating func append(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

    /// What is kept [bytes].
    var count: Int { buffer.count - start }

    /// No message can come of what is there: the connection is of no use any more.
    var isHopeless: Bool { count > (isMalformed || !isInPayload ? Self.maximumUnparsed : Self.maximumLength) }

    /// The next message, cookie and all; `nil` until it is there.
    mutating func next() -> [UInt8]? {
        guard !isMalformed, findPayload(), walk() else { return nil }
        let message = Array(buffer[start..<position])
        isInPayload = false
        start = position
        // Moving what is behind costs less than the messages before it did.
        if start == buffer.count || start > 65_536 {
            buffer.removeFirst(start)
            (start, position) = (0, position - start)
        }
        return message
    }

    private mutating func findPayload() -> Bool {
        if isInPayload { return true }
        guard let space = buffer[position...].firstIndex(of: UInt8(ascii: " ")) else {
            position = buffer.count
            return false
        }
        position = space + 1
        isInPayload = true
        return true
    }

    /// Steps over values until the outermost one is over.
    private mutating func walk() -> Bool {
        while position < buffer.count {
            switch buffer[position] {
            case UInt8(ascii: "d"), UInt8(ascii: "l"):
                depth += 1
                position += 1
                if depth > Self.maximumDepth { isMalformed = true }
            case UInt8(ascii: "e") where depth > 0:
                depth -= 1
                position += 1
            case UInt8(ascii: "i"):
                guard let end = number(from: position + 1, until: UInt8(ascii: "e"))?.end else { return false }
                position = end
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard let (length, end) = number(from: position, until: UInt8(ascii: ":")) else { return false }
                guard length >= 0, length <= Self.maximumLength else {
                    isMalformed = true
                    return false
                }
                guard buffer.count - end >= length else { return false }
                position = end + length
            default: isMalformed = true
            }
            if isMalformed { return false }
            if depth == 0 { return true }
        }
        return false
    }

    /// A decimal number of up to 20 characters, and where what follows its end mark is; `nil` where it is cut off or none.
    private mutating func number(from first: Int, until mark: UInt8) -> (value: Int, end: Int)? {
        var value = 0
        var index = first
        if index < buffer.count, buffer[index] == UInt8(ascii: "-"), mark == UInt8(ascii: "e") { index += 1 }
        while index < buffer.count {
            let byte = buffer[index]
            if byte == mark, index > first { return (value, index + 1) }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), index - first < 20 else {
                isMalformed = true
                return nil
            }
            value = min(value, Self.maximumLength) * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return nil
    }
}
