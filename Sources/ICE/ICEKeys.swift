internal import Wire

/// Our fragment and password as bytes, ready for the packet path.
struct LocalKeys {
    let ufrag: [UInt8]
    let password: [UInt8]

    init(_ credentials: ICECredentials) {
        ufrag = Array(credentials.ufrag.utf8)
        password = Array(credentials.password.utf8)
    }

    /// Splits a received USERNAME, `ours:theirs` (RFC 8445 section 7.2.2); the sender's fragment, or `nil` if the first is not ours.
    func senderFragment(in username: Bytes) -> Bytes? {
        guard let first = username.slice(0, ufrag.count), username.u8(ufrag.count) == UInt8(ascii: ":"),
              first.buffer.elementsEqual(ufrag) else { return nil }
        return username.suffix(from: ufrag.count + 1)
    }
}

/// What every check toward the peer carries and is signed with.
struct RemoteKeys {
    let credentials: ICECredentials
    let ufrag: [UInt8]
    let password: [UInt8]
    /// `theirs:ours`.
    let username: [UInt8]

    init(_ credentials: ICECredentials, local: LocalKeys) {
        self.credentials = credentials
        ufrag = Array(credentials.ufrag.utf8)
        password = Array(credentials.password.utf8)
        username = ufrag + [UInt8(ascii: ":")] + local.ufrag
    }
}
