/// The attribute types that connectivity checks use or that RFC 8489 section 18.3 makes every agent understand.
///
/// Types below 0x8000 must be understood; a request with an unknown one of those is answered with error 420.
public enum STUNAttribute: UInt16, Sendable {
    case mappedAddress = 0x0001
    case username = 0x0006
    case messageIntegrity = 0x0008
    case errorCode = 0x0009
    case unknownAttributes = 0x000a
    case realm = 0x0014
    case nonce = 0x0015
    case messageIntegritySHA256 = 0x001c
    case xorMappedAddress = 0x0020
    /// RFC 8445 section 16.1, as are `useCandidate`, `iceControlled` and `iceControlling`.
    case priority = 0x0024
    case useCandidate = 0x0025
    case software = 0x8022
    case fingerprint = 0x8028
    case iceControlled = 0x8029
    case iceControlling = 0x802a
}
