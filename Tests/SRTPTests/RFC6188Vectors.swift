/// RFC 6188 section 7: AES-256 and AES-192 in counter mode, and the key derivation with them.
enum RFC6188 {
    struct CounterMode: Sendable {
        let sessionKey: [UInt8]
        let sessionSalt: [UInt8]
        let keyStream: [UInt8]
    }

    /// Sections 7.1 and 7.3.
    static let counterModes = [
        CounterMode(
            sessionKey: hex("57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98"),
            sessionSalt: hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"),
            keyStream: hex("92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31")),
        CounterMode(
            sessionKey: hex("eab234764e517b2d3d160d587d8c86219740f65f99b6bcf7"),
            sessionSalt: hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"),
            keyStream: hex("35096cba4610028dc1b57503804ce37c5de986291dcce161d5165ec4568f5c9a474a40c77894bc17180202272a4c264d")),
    ]

    struct Derivation: Sendable {
        let suite: String
        let masterKey: [UInt8]
        let masterSalt: [UInt8]
        let cipherKey: [UInt8]
        let cipherSalt: [UInt8]
        let authenticationKey: [UInt8]
    }

    /// Sections 7.2 and 7.4.
    static let derivations = [
        Derivation(
            suite: "AES_256_CM_HMAC_SHA1_80",
            masterKey: hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"),
            masterSalt: hex("3b04803de51ee7c96423ab5b78d2"),
            cipherKey: hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"),
            cipherSalt: hex("fa31791685ca444a9e07c6c64e93"),
            authenticationKey: hex("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05")),
        Derivation(
            suite: "AES_192_CM_HMAC_SHA1_80",
            masterKey: hex("73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1"),
            masterSalt: hex("c8522f3acd4ce86d5add78edbb11"),
            cipherKey: hex("31874736a8f1143870c26e4857d8a5b2c4a354407faadabb"),
            cipherSalt: hex("2372b82d639b6d8503a47adc0a6c"),
            authenticationKey: hex("355b10973cd95b9eacf4061c7e1a7151e7cfbfcb")),
    ]
}
