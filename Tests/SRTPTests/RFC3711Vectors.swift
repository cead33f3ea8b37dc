/// RFC 3711 appendix B.
enum RFC3711 {
    /// B.2: the AES-CM key stream for SSRC 0 and index 0.
    static let sessionKey = hex("2B7E151628AED2A6ABF7158809CF4F3C")
    static let sessionSalt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")
    /// Counter block offset and the block of key stream there.
    static let keyStream: [(block: Int, bytes: [UInt8])] = [
        (0x0000, hex("E03EAD0935C95E80E166B16DD92B4EB4")),
        (0x0001, hex("D23513162B02D0F72A43A2FE4A5F97AB")),
        (0x0002, hex("41E95B3BB0A2E8DD477901E4FCA894C0")),
        (0xfeff, hex("EC8CDF7398607CB0F2D21675EA9EA1E4")),
        (0xff00, hex("362B7C3C6773516318A077D7FC5073AE")),
        (0xff01, hex("6A2CC3787889374FBEB4C81B17BA6C44")),
    ]

    /// B.3: key derivation.
    static let masterKey = hex("E1F97A0D3E018BE0D64FA32C06DE4139")
    static let masterSalt = hex("0EC675AD498AFEEBB6960B3AABE6")
    static let cipherKey = hex("C61E7A93744F39EE10734AFE3FF7A087")
    static let cipherSalt = hex("30CBBC08863D8C85D49DB34A9AE1")
    /// The RFC shows 94 bytes; HMAC-SHA1 takes the first 20.
    static let authenticationKey = hex("""
        CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098
        6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2
        """)
}
