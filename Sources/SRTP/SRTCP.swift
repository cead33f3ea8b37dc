/// SRTCP (RFC 3711 section 3.4, RFC 7714 section 9): the index travels in the packet.
///
/// HMAC suites put the index word in front of the tag, AEAD suites behind it.
enum SRTCP {
    /// The header word and the SSRC stay readable.
    static let clearLength = 8
    /// The E flag and the 31-bit index.
    static let wordLength = 4
    static let encryptedFlag: UInt32 = 1 << 31
    static let largestIndex: UInt32 = 1 << 31 - 1

    /// Where the flag and the index stand in a packet whose encrypted part ends at `end`.
    static func wordOffset(end: Int, _ suite: SRTPSuite) -> Int { suite.isAEAD ? end + suite.rtcpTagLength : end }

    /// Where the tag stands.
    static func tagOffset(end: Int, _ suite: SRTPSuite) -> Int { suite.isAEAD ? end : end + wordLength }
}
